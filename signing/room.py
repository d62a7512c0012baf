"""One room for everything that is done with PDFs, with its fonts, keys and neighbours at hand."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cached_property

from cryptography import x509

from engine.awards import Award
from engine.case_slips import SlipPage
from engine.checks import Finding
from engine.client_signatures import ExpectedSignature
from engine.copies import CopyBlock
from engine.errors import FieldError
from engine.files import PhotoFacts
from engine.letters import Letter
from engine.pdfs import Corner, FieldLayout, PdfFacts, RenderedLetter
from engine.renewals import Stamp
from engine.signature_images import ImageKind
from engine.signatures import PLAIN, CertificateFacts, Placement, PreparedSignature, ReadCertificate, SignerRole
from engine.signing_keys import KeyChoiceInvalid, SigningKey
from engine.trust_anchors import TrustAnchor, TrustCandidate, TrustedList
from engine.validations import Level, ValidationReport
from signing.awards import AwardPress
from signing.checks import check_certificate, check_timestamps
from signing.codes import print_code
from signing.copies import CopyPress, extracted, joined
from signing.documents import inspect, page_of, read
from signing.elsewhere import accept_cms, accept_signature, client_key, embed_signature, to_sign
from signing.fields import NumberWriter, prepare_fields
from signing.fonts import Typeface
from signing.heard import Heard
from signing.images import judged_image
from signing.initials import InitialsPrinter
from signing.key_intake import taken_in
from signing.key_types import algorithm_name
from signing.keys import Key, KeyRing, one_by_one, read_certificate
from signing.letters import LetterPress
from signing.photos import inspected_photo, shown_photo
from signing.proofs import stamps_of
from signing.remotes import fixed_digest
from signing.renewal import extend, renew
from signing.scans import require_scan
from signing.settings import PdfSource, RoomSettings
from signing.signed_files import require_added_signature, require_good, require_room, stamped
from signing.signer import complete_signature, prepare_signature, prepare_text_seal
from signing.slips import SlipPress
from signing.timestamps import TimestampClient
from signing.trust import Trust
from signing.verifier import validate

_FIT_FOR = timedelta(minutes=5)


class Room:
    """What can be done with a PDF; not for threads, and it blocks: run it in a process of its own."""

    def __init__(self, settings: RoomSettings) -> None:
        self._settings = settings
        self._keys = KeyRing(settings.keys, settings.passphrase, settings.places)
        self._timestamps = TimestampClient(settings.tsa_urls, settings.algorithms, settings.tsa_seconds)
        self._found_fit: dict[str, datetime] = {}
        self._heard = Heard()
        self._numbers = NumberWriter(settings.fonts)
        self._initials = InitialsPrinter(settings.fonts)

    @cached_property
    def _press(self) -> LetterPress:
        return LetterPress(self._settings.fonts)

    @cached_property
    def _copies(self) -> CopyPress:
        return CopyPress(self._settings.fonts)

    @cached_property
    def _awards(self) -> AwardPress:
        return AwardPress(self._settings.fonts)

    @cached_property
    def _slips(self) -> SlipPress:
        return SlipPress(self._settings.fonts)

    @cached_property
    def _upright(self) -> Typeface:
        return Typeface(self._settings.fonts / "Tinos-Regular.ttf")

    def _trust(self, added: Sequence[TrustAnchor]) -> Trust:
        # Read anew each time: the list of authorities changes while we run.
        return Trust.load(self._settings.roots, added, algorithms=self._settings.algorithms, heard=self._heard)

    def inspect(self, pdf: PdfSource) -> PdfFacts:
        """Say what the file is (see :func:`signing.documents.inspect`)."""
        return inspect(pdf)

    def page(self, pdf: PdfSource, page: int) -> bytes:
        """Return one page as a PDF of its own (see :func:`signing.documents.page_of`)."""
        return page_of(pdf, page)

    def render(self, letter: Letter, at: datetime) -> RenderedLetter:
        """Make the PDF/A of a letter (see :meth:`signing.letters.LetterPress.render`)."""
        return self._press.render(letter, at)

    def prepare_fields(self, pdf: PdfSource, layout: FieldLayout | None = None) -> bytes:
        """Add the fields for number, date, signer and seal (see :func:`signing.fields.prepare_fields`)."""
        return prepare_fields(pdf, layout)

    def mark_initials(self, pdf: PdfSource, text: str) -> bytes:
        """Print the initials on an uploaded page (see :meth:`signing.initials.InitialsPrinter.print`)."""
        return self._initials.print(pdf, text)

    def print_code(self, pdf: PdfSource, url: str, corner: Corner) -> bytes:
        """Print the QR code of an address in a corner of the last page (see :func:`signing.codes.print_code`)."""
        return print_code(pdf, url, corner)

    def fill_number(self, pdf: PdfSource, number_line: str, date_line: str) -> bytes:
        """Write number and date into their fields (see :meth:`signing.fields.NumberWriter.fill`)."""
        return self._numbers.fill(pdf, number_line=number_line, date_line=date_line)

    def read_certificates(self, encoded: Sequence[bytes]) -> Sequence[ReadCertificate]:
        """Read certificates, DER or PEM with its chain behind it (see :func:`signing.keys.read_certificate`)."""
        return tuple(read_certificate(one) for content in encoded for one in one_by_one(content))

    def certificate(self, key: SigningKey) -> CertificateFacts:
        """Say what is known of the certificate of a key. Raises KeyUnavailable."""
        return self._key(key).facts

    def take_in(self, key: SigningKey, at: datetime) -> SigningKey:
        """Return a key on a token or at a service with all that is read there (see :mod:`signing.key_intake`)."""
        return taken_in(key, self._keys, lambda certificate: self._digest_of(certificate, at))

    def keep_key(self, holder: str, uploaded: bytes, passphrase: str) -> SigningKey:
        """Keep an uploaded PKCS#12 file encrypted anew (see :meth:`signing.keys.KeyRing.keep`)."""
        return self._keys.keep(holder, uploaded, passphrase)

    def credentials(self, service: str, secret: str | None) -> Sequence[str]:
        """Return the ids of the keys a service holds for us (see :meth:`signing.csc.CscService.credentials`)."""
        if service not in self._settings.places.services:
            message = "There is no such signing service. Choose one from the list."
            raise KeyChoiceInvalid(errors=[FieldError(field="service", code="unknown", message=message)])
        return self._keys.remotes.service(service, secret).credentials()

    def send_otp(self, key: SigningKey) -> None:
        """Have a one-time code sent to a key's holder (see :meth:`signing.remotes.Remotes.send_otp`)."""
        self._keys.remotes.send_otp(key)

    def prepare_signature(
        self, pdf: PdfSource, role: SignerRole, key: SigningKey, at: datetime, placement: Placement = PLAIN
    ) -> PreparedSignature:
        """Fix what will be signed (see :func:`signing.signer.prepare_signature`); without an image the key's own."""
        image, used = placement.image or self._keys.find_image(key.holder), self._key(key)
        digest = fixed_digest(key) or self._digest_of(used.certificate, at)
        return prepare_signature(pdf, role, used, at, Placement(field=placement.field, image=image), digest)

    def prepare_text_seal(self, pdf: PdfSource, key: SigningKey, text: str, at: datetime) -> PreparedSignature:
        """Fix what the agency signs in words (see :func:`signing.signer.prepare_text_seal`)."""
        used = self._keys.get(key)
        digest = fixed_digest(key) or self._digest_of(used.certificate, at)
        return prepare_text_seal(pdf, used, text, self._upright, at, digest)

    def require_scan(self, pdf: PdfSource) -> bool:
        """Judge digitised paper (see :func:`signing.scans.require_scan`)."""
        require_scan(read(pdf))
        return True

    def extract(self, pdf: PdfSource, first: int, last: int) -> bytes:
        """Take pages out (see :func:`signing.copies.extracted`)."""
        return extracted(read(pdf), first, last)

    def join(self, *pdfs: bytes) -> bytes:
        """Put the pages of several one behind the other (see :func:`signing.copies.joined`)."""
        return joined(pdfs)

    def print_copy(self, pdf: PdfSource, block: CopyBlock, at: datetime) -> bytes:
        """Print a copy (see :meth:`signing.copies.CopyPress.printed`)."""
        return self._copies.printed(read(pdf), block, at)

    def inspect_photo(self, content: bytes) -> PhotoFacts:
        """Say what a photo is (see :func:`signing.photos.inspected_photo`)."""
        return inspected_photo(content)

    def show_photo(self, content: bytes) -> bytes:
        """Show a photo to outsiders (see :func:`signing.photos.shown_photo`)."""
        return shown_photo(content)

    def print_award(self, award: Award, at: datetime) -> bytes:
        """Print a certificate (see :meth:`signing.awards.AwardPress.printed`)."""
        return self._awards.printed(award, at)

    def print_slip(self, page: SlipPage, at: datetime) -> bytes:
        """Print a slip of the one-stop office (see :meth:`signing.slips.SlipPress.printed`)."""
        return self._slips.printed(page, at)

    def judge_image(self, png: bytes, kind: ImageKind) -> bytes:
        """Judge the image of a signature or seal (see :func:`signing.images.judged_image`)."""
        return judged_image(png, kind)

    def complete_signature(self, prepared: PreparedSignature, key: SigningKey) -> bytes:
        """Use the key on what was fixed (see :func:`signing.signer.complete_signature`)."""
        stamped = self._settings.level is not Level.BASIC
        return complete_signature(prepared, self._keys.get(key), self._timestamps if stamped else None)

    def to_sign(self, digest: str, key: SigningKey, algorithm: str) -> bytes:
        """Return what a key elsewhere signs (see :func:`signing.elsewhere.to_sign`)."""
        return to_sign(digest, key, algorithm)

    def accept_signature(self, signature: bytes, digest: str, key: SigningKey, algorithm: str) -> bytes:
        """Return the CMS of a bare signature made elsewhere (see :func:`signing.elsewhere.accept_signature`)."""
        return accept_signature(signature, digest, key, algorithm)

    def accept_cms(self, encoded: bytes, digest: str, key: SigningKey, algorithm: str) -> bytes:
        """Return a CMS made elsewhere, reduced (see :func:`signing.elsewhere.accept_cms`)."""
        return accept_cms(encoded, digest, key, algorithm)

    def embed_signature(self, prepared: PreparedSignature, encoded: bytes) -> bytes:
        """Put an accepted CMS into its place (see :func:`signing.elsewhere.embed_signature`)."""
        return embed_signature(prepared, encoded, self._timestamps)

    def accept_signed_file(
        self,
        served: bytes,
        uploaded: bytes,
        expected: ExpectedSignature,
        at: datetime,
        added: Sequence[TrustAnchor] = (),
    ) -> str:
        """Return the field signed in a file that was signed elsewhere (see :mod:`signing.signed_files`)."""
        field = require_added_signature(served, uploaded, expected)
        require_good(self.validate(uploaded, at, added), field)
        if self._timestamps is not None:
            require_room(uploaded, field)
        return field

    def stamp_signed_file(self, pdf: PdfSource, field: str) -> bytes:
        """Add a time-stamp to a signature made elsewhere (see :func:`signing.signed_files.stamped`)."""
        return stamped(read(pdf), field, self._timestamps)

    def extend(
        self, pdf: PdfSource, at: datetime, level: Level | None = None, added: Sequence[TrustAnchor] = ()
    ) -> bytes:
        """Bring signatures to a level that can be proven for longer (see :func:`signing.renewal.extend`)."""
        return extend(pdf, level or self._settings.archive_level, self._trust(added), self._timestamps, at)

    def renew(self, pdf: PdfSource, at: datetime, added: Sequence[TrustAnchor] = ()) -> bytes:
        """Seal a sealed file anew (see :func:`signing.renewal.renew`)."""
        return renew(pdf, self._trust(added), self._timestamps, at)

    def stamps(self, pdf: PdfSource) -> tuple[Stamp, ...]:
        """Return the archive time-stamps of a PDF (see :func:`signing.proofs.stamps_of`)."""
        return stamps_of(pdf)

    def validate(self, pdf: PdfSource, at: datetime, added: Sequence[TrustAnchor] = ()) -> ValidationReport:
        """Judge the file and every signature in it (see :func:`signing.verifier.validate`)."""
        return validate(pdf, self._trust(added), at, online=self._settings.online)

    def etsi_report(self, report: ValidationReport) -> bytes:
        """Return a report as XML (see :func:`signing.etsi_reports.etsi_report`)."""
        # Its classes take a second to load, which a process that never makes such a report need not wait for.
        from signing.etsi_reports import etsi_report  # noqa: PLC0415

        return etsi_report(report)

    def read_authority(self, content: bytes) -> TrustCandidate:
        """Say whose certificate a file holds (see :func:`signing.trusted_lists.read_authority`)."""
        from signing.trusted_lists import read_authority  # noqa: PLC0415  slow to load, as above

        return read_authority(content)

    def read_trusted_list(self, content: bytes, operators: bytes) -> TrustedList:
        """Verify and read a trusted list (see :func:`signing.trusted_lists.read_trusted_list`)."""
        from signing.trusted_lists import read_trusted_list  # noqa: PLC0415  slow to load, as above

        return read_trusted_list(content, operators)

    def check_timestamps(self, url: str, at: datetime, added: Sequence[TrustAnchor] = ()) -> Finding:
        """Ask one authority for a time-stamp and judge it (see :func:`signing.checks.check_timestamps`)."""
        return check_timestamps(self._timestamps, url, self._trust(added), at)

    def check_certificate(self, key: SigningKey, at: datetime, added: Sequence[TrustAnchor] = ()) -> Finding:
        """Judge a key that is where it belongs (see :func:`signing.checks.check_certificate`). Raises KeyUnavailable.

        Of one on a token or at a service it is seen first whether it is there; no PIN is needed.
        """
        self._keys.require_there(key)
        return check_certificate(self._key(key), self._trust(added), at)

    def require_fit(self, key: SigningKey, at: datetime, added: Sequence[TrustAnchor] = ()) -> CertificateFacts:
        """Return what is known of a certificate that may sign now; raise what check_certificate does.

        What was found within the last minutes holds, so a batch by one person asks the authority once.
        """
        found = self._key(key)
        since = self._found_fit.get(found.facts.sha256)
        if since is None or not since <= at < since + _FIT_FOR or not found.facts.may_sign(at):
            check_certificate(found, self._trust(added), at)
            self._found_fit[found.facts.sha256] = at
        return found.facts

    def _digest_of(self, certificate: x509.Certificate, at: datetime) -> str:
        return self._settings.algorithms.digest_for(algorithm_name(certificate), at)

    def _key(self, key: SigningKey) -> Key:
        return client_key(key) if key.kind.is_elsewhere else self._keys.get(key)
