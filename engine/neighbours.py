"""What the engine needs beside the database: a store of contents, a room for PDFs, slow hashes, the time.

Implementations live in storage, signing and api; those of one port pass the same conformance tests.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import BinaryIO, Final, Protocol

from engine.awards import Award
from engine.case_slips import SlipPage
from engine.checks import Finding
from engine.client_signatures import ExpectedSignature
from engine.copies import CopyBlock
from engine.errors import OurFault
from engine.files import PhotoFacts, StoredFile, photo_type
from engine.ids import AgencyId, FileId, PersonId
from engine.letters import Letter
from engine.pdfs import Corner, FieldLayout, PdfFacts, RenderedLetter
from engine.ports import Begin
from engine.renewals import Stamp
from engine.signature_images import ImageKind
from engine.signatures import (
    PLAIN,
    CertificateFacts,
    Placement,
    PreparedSignature,
    ReadCertificate,
    SignerRole,
)
from engine.signing_keys import SigningKey
from engine.trust_anchors import TrustCandidate, TrustedList
from engine.validations import Level, ValidationReport

WORK: Final = "work"
ARCHIVE: Final = "archive"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredObject:
    """A content as it lies in a bucket; *version_id* where the store keeps versions."""

    file_id: FileId
    size: int
    version_id: str | None = None


class ObjectStore(Protocol):
    """Contents by SHA-256, put once and never changed; bucket 'work' is open, bucket 'archive' is locked."""

    def put(self, bucket: str, file_id: FileId, source: BinaryIO, size: int) -> StoredObject:
        """Keep the content; a second put of the same is harmless. Raises FileDamaged if digest or size differ."""

    def open(self, bucket: str, file_id: FileId, version_id: str | None = None) -> AbstractContextManager[BinaryIO]:
        """Open the content for reading. Raises FileNotFound, or FileDamaged at its end if it was changed."""

    def exists(self, bucket: str, file_id: FileId) -> bool:
        """Say whether the bucket has the content."""

    def contents(self, bucket: str, before: datetime) -> Iterable[FileId]:
        """Return the contents of the bucket that nobody has put since *before*."""

    def delete(self, bucket: str, file_id: FileId, before: datetime) -> bool:
        """Delete the content from the open bucket unless it was put since *before*; say whether it was deleted.

        Raises ContentLocked for the archive.
        """

    def probe(self) -> None:
        """Write, read and remove something, and see that the archive is locked.

        Raises StoreAway, StoreRefused, ArchiveUnlocked.
        """


class PdfRoom(Protocol):
    """Where PDFs are read, made, signed and judged; in processes of their own, so calls wait but block nobody else.

    Every method may raise SigningStopped or SigningBusy.
    """

    def inspect(self, pdf: bytes) -> PdfFacts:
        """Say what the file is. Raises PdfEmpty, NotAPdf, PdfEncrypted, PdfDamaged."""

    def inspect_photo(self, content: bytes) -> PhotoFacts:
        """Say what a JPEG or PNG is. Raises PhotoDamaged, PhotoTooLarge."""

    def show_photo(self, content: bytes) -> bytes:
        """Return a photo that was taken in as JPEG for outsiders: nothing is in it but what it shows."""

    def page(self, pdf: bytes, page: int) -> bytes:
        """Return one page, from 1, as a PDF of its own, for looking at."""

    def render(self, letter: Letter) -> RenderedLetter:
        """Make the PDF/A of a letter. Raises LetterIncomplete, LetterUnprintable."""

    def prepare_fields(self, pdf: bytes, layout: FieldLayout | None = None) -> bytes:
        """Add the fields for number, date, signer and seal.

        Raises AlreadySigned, LayoutOutside and what inspect does.
        """

    def mark_initials(self, pdf: bytes, text: str) -> bytes:
        """Print a small line beside the first signer's field, before anybody signs. Raises FieldMissing, FieldTaken."""

    def print_code(self, pdf: bytes, url: str, corner: Corner) -> bytes:
        """Print the QR code of an address in a corner of the last page; a signed PDF stays as it is.

        Raises what inspect does.
        """

    def fill_number(self, pdf: bytes, number_line: str, date_line: str) -> bytes:
        """Write number and date into their fields. Raises FieldMissing, FieldTaken."""

    def read_certificates(self, encoded: Sequence[bytes]) -> Sequence[ReadCertificate]:
        """Read certificates, each PEM or DER. Raises CertificateUnreadable."""

    def certificate(self, key: SigningKey) -> CertificateFacts:
        """Say what is known of the certificate of a key. Raises KeyUnavailable."""

    def take_in(self, key: SigningKey) -> SigningKey:
        """Return a key on a token or at a service with its certificate, read there and proven to be the key's.

        Raises KeyChoiceInvalid, ServiceAway, and the PinWrong and PinLocked of engine.key_errors.
        """

    def keep_key(self, holder: str, uploaded: bytes, passphrase: str) -> SigningKey:
        """Keep the key of an uploaded PKCS#12 file, encrypted by our own passphrase.

        Raises KeyChoiceInvalid, KeyFolderLocked.
        """

    def credentials(self, service: str, secret: str | None) -> Sequence[str]:
        """Return the keys a signing service holds for us.

        Raises KeyChoiceInvalid, ServiceAway, ServiceAccessRefused, ServiceRefused.
        """

    def send_otp(self, key: SigningKey) -> None:
        """Have the service send a one-time code to the key's holder. Raises as credentials."""

    def prepare_signature(
        self, pdf: bytes, role: SignerRole, key: SigningKey, at: datetime, placement: Placement = PLAIN
    ) -> PreparedSignature:
        """Fix what will be signed, in which field and with which image.

        Raises KeyUnavailable, CertificateUnfit, NotYetSigned, NotYetNumbered, FieldMissing, FieldTaken.
        """

    def prepare_text_seal(self, pdf: bytes, key: SigningKey, text: str, at: datetime) -> PreparedSignature:
        """Fix what the agency signs on an attachment or a copy, where its signature shows *text* and no image.

        Raises KeyUnavailable, CertificateUnfit, AlreadySigned, NotYetSigned and what inspect does.
        """

    def require_scan(self, pdf: bytes) -> bool:
        """Return True if this is digitised paper as the decree wants it. Raises ScanUnfit and what inspect does."""

    def extract(self, pdf: bytes, first: int, last: int) -> bytes:
        """Return these pages, from 1, and nothing else of the file. Raises PagesOutside and what inspect does."""

    def join(self, *pdfs: bytes) -> bytes:
        """Return the pages of all as one file, as people see them. Raises what inspect does."""

    def print_copy(self, pdf: bytes, block: CopyBlock) -> bytes:
        """Return the document as printed with the block of its copy under it. Raises LetterUnprintable."""

    def print_award(self, award: Award) -> bytes:
        """Return the certificate that goes with a decision, as PDF/A. Raises LetterUnprintable."""

    def print_slip(self, page: SlipPage) -> bytes:
        """Return a slip of the one-stop office as PDF. Raises LetterUnprintable."""

    def judge_image(self, png: bytes, kind: ImageKind) -> bytes:
        """Return the image of a signature or seal as it is kept. Raises ImageRefused."""

    def complete_signature(self, prepared: PreparedSignature, key: SigningKey) -> bytes:
        """Use the key on what was fixed.

        Raises KeyMismatch, SignatureBroken, TimestampUnavailable, KeyUnavailable and the others of engine.key_errors.
        """

    def to_sign(self, digest: str, key: SigningKey, algorithm: str) -> bytes:
        """Return the DER of the attributes over which a key elsewhere signs, for a prepared file's *digest*."""

    def accept_signature(self, signature: bytes, digest: str, key: SigningKey, algorithm: str) -> bytes:
        """Return the CMS of a bare signature that was made elsewhere over *digest*. Raises SignatureNotOfThis."""

    def accept_cms(self, encoded: bytes, digest: str, key: SigningKey, algorithm: str) -> bytes:
        """Return a CMS made elsewhere, reduced to what is signed. Raises CmsRefused, SignatureNotOfThis."""

    def embed_signature(self, prepared: PreparedSignature, encoded: bytes) -> bytes:
        """Put an accepted CMS, with a time-stamp, into its place. Raises SignatureBroken, TimestampUnavailable."""

    def accept_signed_file(self, served: bytes, uploaded: bytes, expected: ExpectedSignature, at: datetime) -> str:
        """Return the field signed in *uploaded*, which is *served* and one good signature, the expected one.

        Raises SignedFileRefused.
        """

    def stamp_signed_file(self, pdf: bytes, field: str) -> bytes:
        """Add a time-stamp to a signature made elsewhere that has none. Raises TimestampUnavailable."""

    def extend(self, pdf: bytes, at: datetime, level: Level | None = None) -> bytes:
        """Bring signatures to a level that can be proven for longer; None: the installation's.

        Raises NotYetSigned, LevelUnreachable, CertificateRejected and the two …Unavailable.
        """

    def renew(self, pdf: bytes, at: datetime) -> bytes:
        """Add a further archive time-stamp over everything. Raises what extend does."""

    def stamps(self, pdf: bytes) -> Sequence[Stamp]:
        """Return the archive time-stamps in a content, the oldest first; none where it is no PDF that can be read."""

    def algorithms_end_at(self, algorithms: tuple[str, ...]) -> datetime | None:
        """Return the last moment for which all of the algorithms are trusted, None where no end is set."""

    def validate(self, pdf: bytes, at: datetime) -> ValidationReport:
        """Judge the file and every signature in it; never raises for what the file contains."""

    def etsi_report(self, report: ValidationReport) -> bytes:
        """Return a kept report as XML of ETSI TS 119 102-2."""

    def read_authority(self, content: bytes) -> TrustCandidate:
        """Say whose certificate a file holds. Raises NoCertificate."""

    def read_trusted_list(self, content: bytes, operators: bytes) -> TrustedList:
        """Verify and read a trusted list. Raises NoCertificate, TrustedListUnreadable, TrustedListForged."""

    def check_timestamps(self, url: str, at: datetime) -> Finding:
        """Ask one authority for a time-stamp and judge its certificate. Raises what check_certificate does."""

    def check_certificate(self, key: SigningKey, at: datetime) -> Finding:
        """Judge a key's certificate as if it were to sign now; what may not sign is raised.

        Raises KeyUnavailable, AlgorithmRefused, RevocationUnknown and the Certificate… of engine.certificates.
        """

    def require_fit(self, key: SigningKey, at: datetime) -> CertificateFacts:
        """Return what is known of a certificate that may sign now. Raises what check_certificate does."""


class Safe(Protocol):
    """Seals small secrets that have to be known again, such as what webhooks are signed with."""

    def random(self, count: int) -> bytes:
        """Return so many bytes nobody can guess."""

    def seal(self, secret: str) -> str:
        """Return the secret as it is kept. Raises SafeLocked."""

    def open(self, sealed: str) -> str:
        """Return what was sealed. Raises SafeLocked."""

    def mark(self, text: str) -> str:
        """Return what stands for a text and is always the same for it; only this installation can make it.

        Raises SafeLocked.
        """


class SafeLocked(OurFault):
    """The key of the installation is missing, or what was sealed was sealed by another one."""

    code = "safe.locked"
    template = "The key that opens kept secrets is missing or another one. Put the file back from the backup."


class PasswordHasher(Protocol):
    """Slow hashes for passwords."""

    @property
    def unknown(self) -> str:
        """A hash that no password fits, made like the others: checking against it takes as long."""

    def hash(self, password: str) -> str:
        """Return the hash to keep."""

    def verify(self, password_hash: str, password: str) -> bool:
        """Say whether the password is the one that was hashed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """What actions need beyond one transaction: more of them, contents, PDFs, sealed secrets, the time."""

    begin: Begin
    store: ObjectStore
    pdfs: PdfRoom
    safe: Safe
    clock: Callable[[], datetime]
    public_url: str | None = None
    """Address of the pages as people outside reach them, without a slash at its end; None where they do not."""
    code_on_uploads: Corner | None = None
    """Corner of uploaded drafts that gets the code, too; None leaves them as they came."""

    def verification_url(self, code: str | None) -> str | None:
        """Return where outsiders verify the document of this code, None where there is no code or no such place."""
        return f"{self.public_url}/verify/{code}" if code and self.public_url else None

    def publication_url(self, code: str) -> str | None:
        """Return where everybody reads the published document of this code, None where there is no such place."""
        return f"{self.public_url}/published/{code}" if self.public_url else None

    def draft_url(self, code: str) -> str | None:
        """Return where everybody reads the draft of this code, None where there is no such place."""
        return f"{self.public_url}/drafts/{code}" if self.public_url else None

    def tracking_url(self, code: str) -> str | None:
        """Return where an applicant follows the case of this code, None where there is no such place."""
        return f"{self.public_url}/track/{code}" if self.public_url else None

    def read(self, file_id: FileId) -> bytes:
        """Return a content from the open bucket. Raises FileNotFound, FileDamaged, StoreAway."""
        with self.store.open(WORK, file_id) as stream:
            return stream.read()

    def put(self, content: bytes) -> FileId:
        """Keep a content in the open bucket and return its digest."""
        file_id = FileId(hashlib.sha256(content).hexdigest())
        self.store.put(WORK, file_id, BytesIO(content), len(content))
        return file_id

    def put_pdf(self, content: bytes, *, by: PersonId, agency_id: AgencyId) -> StoredFile:
        """Keep a PDF in the open bucket and return what is known of it; a transaction has still to note it.

        Raises what inspecting it raises; then nothing is kept.
        """
        facts = self.pdfs.inspect(content)
        return StoredFile(
            id=self.put(content),
            size=len(content),
            media_type="application/pdf",
            pages=facts.pages,
            signatures=facts.signatures,
            stored_at=self.clock(),
            stored_by=by,
            agency_id=agency_id,
        )

    def put_content(self, content: bytes, *, by: PersonId, agency_id: AgencyId) -> StoredFile:
        """Keep a PDF or a photo, told apart by its bytes; as put_pdf.

        Raises what inspecting it raises; then nothing is kept.
        """
        judged = self.judge_content(content, by=by, agency_id=agency_id)
        self.put(content)
        return judged

    def judge_content(self, content: bytes, *, by: PersonId, agency_id: AgencyId) -> StoredFile:
        """Return what would be known of a PDF or a photo if it were kept now; it is not. Raises as put_content."""
        media_type, pages, signatures = self._inspected(content)
        return StoredFile(
            id=FileId(hashlib.sha256(content).hexdigest()),
            size=len(content),
            media_type=media_type,
            pages=pages,
            signatures=signatures,
            stored_at=self.clock(),
            stored_by=by,
            agency_id=agency_id,
        )

    def _inspected(self, content: bytes) -> tuple[str, int, int]:
        """Return media type, number of pages and of signatures."""
        if photo_type(content) is None:
            facts = self.pdfs.inspect(content)
            return "application/pdf", facts.pages, facts.signatures
        return self.pdfs.inspect_photo(content).media_type, 1, 0
