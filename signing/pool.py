"""The room for PDFs in processes of its own: signing is CPU-bound Python and stalls whatever shares its thread.

Passphrases go to the processes when they start and live in their memory only. A process that takes too long
ends itself, all of them end with their parent, and the next call finds new ones.
"""

import faulthandler
import logging
import multiprocessing
import os
import resource
import signal
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from datetime import datetime
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Any, TypeVar

from engine.awards import Award
from engine.case_slips import SlipPage
from engine.checks import Finding
from engine.client_signatures import ExpectedSignature
from engine.copies import CopyBlock
from engine.errors import VanthuError
from engine.files import PhotoFacts
from engine.letters import Letter
from engine.pdfs import Corner, FieldLayout, PdfFacts, RenderedLetter
from engine.renewals import Stamp
from engine.signature_images import ImageKind
from engine.signatures import (
    PLAIN,
    CertificateFacts,
    Placement,
    PreparedSignature,
    ReadCertificate,
    SignerRole,
    SigningBusy,
    SigningStopped,
)
from engine.signing_keys import SigningKey
from engine.trust_anchors import TrustAnchor, TrustCandidate, TrustedList
from engine.validations import Level, ValidationReport
from signing.parcels import packed, shortened, unpacked, whole
from signing.pins import TypedPins
from signing.settings import PdfSource, RoomSettings

if TYPE_CHECKING:
    from signing.room import Room

SECONDS_PER_CALL = 60
_MIB = 2**20
_PATIENCE = 2
"""A call waits this many time limits for a free process and its answer."""

T = TypeVar("T")


class RoomPool:
    """The calls of `signing.room.Room`, each in the next free process; made for threads.

    Every call may also raise SigningStopped (its process ended; the pool is new already) or SigningBusy.
    """

    def __init__(
        self,
        settings: RoomSettings,
        *,
        clock: Callable[[], datetime],
        anchors: Callable[[], Sequence[TrustAnchor]] = tuple,
        processes: int = 2,
        seconds_per_call: float = SECONDS_PER_CALL,
        pins: TypedPins | None = None,
    ) -> None:
        """Keep the settings; the processes start with the first call.

        Args:
            settings: What each process needs.
            clock: Tells the time.
            anchors: Returns the authorities administrators added, as they stand now; asked with every call that
                judges, so that the processes know a new one at once.
            processes: How many calls run at a time.
            seconds_per_call: When a call is ended.
            pins: What is known of PINs that were refused; by default what this pool learns.
        """
        self._settings = settings
        self._clock = clock
        self.anchors = anchors
        self._processes = processes
        self._seconds = seconds_per_call
        self._lock = threading.Lock()
        self._pins = pins or TypedPins()
        self._executor = self._new_executor()

    def close(self) -> None:
        """End the processes after their present call."""
        self._executor.shutdown(cancel_futures=True)

    def inspect(self, pdf: PdfSource) -> PdfFacts:
        """Say what the file is. Raises PdfEmpty, NotAPdf, PdfEncrypted, PdfDamaged."""
        return self._call("inspect", PdfFacts, pdf)

    def page(self, pdf: PdfSource, page: int) -> bytes:
        """Return one page, from 1, as a PDF of its own."""
        return self._call("page", bytes, pdf, page)

    def render(self, letter: Letter) -> RenderedLetter:
        """Make the PDF/A of a letter. Raises LetterIncomplete, LetterUnprintable."""
        return self._call("render", RenderedLetter, letter, self._clock())

    def prepare_fields(self, pdf: PdfSource, layout: FieldLayout | None = None) -> bytes:
        """Add the fields for number, date, signer and seal. Raises AlreadySigned, LayoutOutside, PdfRefused."""
        return self._call("prepare_fields", bytes, pdf, layout)

    def mark_initials(self, pdf: PdfSource, text: str) -> bytes:
        """Print one small line beside the first signer's field. Raises FieldMissing, FieldTaken."""
        return self._call("mark_initials", bytes, pdf, text)

    def print_code(self, pdf: PdfSource, url: str, corner: Corner) -> bytes:
        """Print the QR code of an address in a corner of the last page. Raises PdfRefused."""
        return self._call("print_code", bytes, pdf, url, corner)

    def fill_number(self, pdf: PdfSource, number_line: str, date_line: str) -> bytes:
        """Write number and date into their fields. Raises FieldMissing, FieldTaken."""
        return self._call("fill_number", bytes, pdf, number_line, date_line)

    def read_certificates(self, encoded: Sequence[bytes]) -> Sequence[ReadCertificate]:
        """Read certificates, each PEM or DER. Raises CertificateUnreadable."""
        return self._call("read_certificates", tuple, encoded)

    def certificate(self, key: SigningKey) -> CertificateFacts:
        """Say what is known of the certificate of a key. Raises KeyUnavailable."""
        return self._call("certificate", CertificateFacts, key)

    def take_in(self, key: SigningKey) -> SigningKey:
        """Return a key on a token or at a service with all that is read there.

        Raises KeyChoiceInvalid, PinWrong, PinLocked, PinRefusedBefore, ServiceAway.
        """
        with self._pins.turn(key, self._clock()):
            return self._call("take_in", SigningKey, key, self._clock())

    def keep_key(self, holder: str, uploaded: bytes, passphrase: str) -> SigningKey:
        """Keep an uploaded PKCS#12 file, encrypted anew. Raises KeyChoiceInvalid, KeyFolderLocked."""
        return self._call("keep_key", SigningKey, holder, uploaded, passphrase)

    def credentials(self, service: str, secret: str | None) -> Sequence[str]:
        """Return the keys a service holds for us.

        Raises KeyChoiceInvalid, ServiceAway, ServiceAccessRefused, ServiceRefused.
        """
        return self._call("credentials", tuple, service, secret)

    def send_otp(self, key: SigningKey) -> None:
        """Have a one-time code sent to a key's holder. Raises as credentials."""
        self._call("send_otp", type(None), key)

    def prepare_signature(
        self, pdf: PdfSource, role: SignerRole, key: SigningKey, at: datetime, placement: Placement = PLAIN
    ) -> PreparedSignature:
        """Fix what will be signed, in which field and with which image.

        Raises KeyUnavailable, CertificateUnfit, FieldMissing, FieldTaken, NotYetSigned, NotYetNumbered.
        """
        return self._call("prepare_signature", PreparedSignature, pdf, role, key, at, placement)

    def prepare_text_seal(self, pdf: PdfSource, key: SigningKey, text: str, at: datetime) -> PreparedSignature:
        """Fix what the agency signs in words. Raises KeyUnavailable, CertificateUnfit, AlreadySigned, NotYetSigned."""
        return self._call("prepare_text_seal", PreparedSignature, pdf, key, text, at)

    def require_scan(self, pdf: PdfSource) -> bool:
        """Return True if this is digitised paper as the decree wants it. Raises ScanUnfit, PdfRefused."""
        return self._call("require_scan", bool, pdf)

    def extract(self, pdf: PdfSource, first: int, last: int) -> bytes:
        """Return these pages, from 1, and nothing else of the file. Raises PagesOutside, PdfRefused."""
        return self._call("extract", bytes, pdf, first, last)

    def join(self, *pdfs: bytes) -> bytes:
        """Return the pages of all as one file, as people see them. Raises PdfRefused."""
        return self._call("join", bytes, *pdfs)

    def print_copy(self, pdf: PdfSource, block: CopyBlock) -> bytes:
        """Return the document as printed with the block of its copy under it. Raises LetterUnprintable."""
        return self._call("print_copy", bytes, pdf, block, self._clock())

    def inspect_photo(self, content: bytes) -> PhotoFacts:
        """Say what a JPEG or PNG is. Raises PhotoDamaged, PhotoTooLarge."""
        return self._call("inspect_photo", PhotoFacts, content)

    def show_photo(self, content: bytes) -> bytes:
        """Return a photo as outsiders may see it, as JPEG. Raises PhotoDamaged, PhotoTooLarge."""
        return self._call("show_photo", bytes, content)

    def print_award(self, award: Award) -> bytes:
        """Return the certificate that goes with a decision. Raises LetterUnprintable."""
        return self._call("print_award", bytes, award, self._clock())

    def print_slip(self, page: SlipPage) -> bytes:
        """Return a slip of the one-stop office as PDF. Raises LetterUnprintable."""
        return self._call("print_slip", bytes, page, self._clock())

    def judge_image(self, png: bytes, kind: ImageKind) -> bytes:
        """Return the image of a signature or seal as it is kept. Raises ImageRefused."""
        return self._call("judge_image", bytes, png, kind)

    def complete_signature(self, prepared: PreparedSignature, key: SigningKey) -> bytes:
        """Use the key on what was fixed.

        Raises KeyMismatch, SignatureBroken, TimestampUnavailable, KeyUnavailable and the others of engine.key_errors.
        """
        with self._pins.turn(key, self._clock()):
            return self._call("complete_signature", bytes, prepared, key)

    def to_sign(self, digest: str, key: SigningKey, algorithm: str) -> bytes:
        """Return the DER of the attributes a key elsewhere signs."""
        return self._call("to_sign", bytes, digest, key, algorithm)

    def accept_signature(self, signature: bytes, digest: str, key: SigningKey, algorithm: str) -> bytes:
        """Return the CMS of a bare signature made elsewhere. Raises SignatureNotOfThis."""
        return self._call("accept_signature", bytes, signature, digest, key, algorithm)

    def accept_cms(self, encoded: bytes, digest: str, key: SigningKey, algorithm: str) -> bytes:
        """Return a CMS made elsewhere, reduced to what is signed. Raises CmsRefused, SignatureNotOfThis."""
        return self._call("accept_cms", bytes, encoded, digest, key, algorithm)

    def embed_signature(self, prepared: PreparedSignature, encoded: bytes) -> bytes:
        """Put an accepted CMS into its place. Raises SignatureBroken, SignatureTooLarge, TimestampUnavailable."""
        return self._call("embed_signature", bytes, prepared, encoded)

    def accept_signed_file(self, served: bytes, uploaded: bytes, expected: ExpectedSignature, at: datetime) -> str:
        """Return the field signed in a file that was signed elsewhere. Raises SignedFileRefused."""
        return self._call("accept_signed_file", str, served, uploaded, expected, at, self.anchors())

    def stamp_signed_file(self, pdf: PdfSource, field: str) -> bytes:
        """Add a time-stamp to a signature made elsewhere that has none. Raises TimestampUnavailable."""
        return self._call("stamp_signed_file", bytes, pdf, field)

    def extend(self, pdf: PdfSource, at: datetime, level: Level | None = None) -> bytes:
        """Bring signatures to a level that can be proven for longer.

        Raises NotYetSigned, LevelUnreachable, CertificateRejected, RevocationUnavailable, TimestampUnavailable.
        """
        return self._call("extend", bytes, pdf, at, level, self.anchors())

    def renew(self, pdf: PdfSource, at: datetime) -> bytes:
        """Seal a sealed file anew. Raises what extend does."""
        return self._call("renew", bytes, pdf, at, self.anchors())

    def stamps(self, pdf: PdfSource) -> tuple[Stamp, ...]:
        """Return the archive time-stamps in a content, the oldest first; none where it is no PDF that can be read."""
        return self._call("stamps", tuple, pdf)

    def algorithms_end_at(self, algorithms: tuple[str, ...]) -> datetime | None:
        """Return the last moment for which all of the algorithms are trusted, None where no end is set."""
        return self._settings.algorithms.trust_ends_at(algorithms)

    def validate(self, pdf: PdfSource, at: datetime) -> ValidationReport:
        """Judge the file and every signature in it; never raises for what the file contains."""
        return self._call("validate", ValidationReport, pdf, at, self.anchors())

    def etsi_report(self, report: ValidationReport) -> bytes:
        """Return a kept report as XML of ETSI TS 119 102-2."""
        return self._call("etsi_report", bytes, report)

    def read_authority(self, content: bytes) -> TrustCandidate:
        """Say whose certificate a file holds. Raises NoCertificate."""
        return self._call("read_authority", TrustCandidate, content)

    def read_trusted_list(self, content: bytes, operators: bytes) -> TrustedList:
        """Verify and read a trusted list. Raises NoCertificate, TrustedListUnreadable, TrustedListForged."""
        return self._call("read_trusted_list", TrustedList, content, operators)

    def check_timestamps(self, url: str, at: datetime) -> Finding:
        """Ask one authority for a time-stamp and judge its certificate. Raises what check_certificate does."""
        return self._call("check_timestamps", Finding, url, at, self.anchors())

    def check_certificate(self, key: SigningKey, at: datetime) -> Finding:
        """Judge a key's certificate as if it were to sign now; what may not sign is raised.

        Raises KeyUnavailable, AlgorithmRefused, RevocationUnknown and the Certificate… of engine.certificates.
        """
        return self._call("check_certificate", Finding, key, at, self.anchors())

    def require_fit(self, key: SigningKey, at: datetime) -> CertificateFacts:
        """Return what is known of a certificate that may sign now. Raises what check_certificate does."""
        return self._call("require_fit", CertificateFacts, key, at, self.anchors())

    def _call(self, operation: str, answers: type[T], *arguments: object) -> T:
        executor = self._executor
        try:
            with packed(arguments) as sent:
                future: Future[object] = executor.submit(_work, operation, sent)
                answer = whole(self._awaited(future), arguments)
        except BrokenProcessPool as cause:
            self._replace(executor)
            raise SigningStopped(operation=operation) from cause
        except TimeoutError as cause:
            raise SigningBusy from cause
        if isinstance(answer, _Raised):
            raise answer.restored()
        assert isinstance(answer, answers)  # noqa: S101  what the room's method says it returns
        return answer

    def _awaited(self, future: "Future[object]") -> object:
        """Return the answer; what has begun is waited for: a PIN must not be presented after another's turn began."""
        wait_s = self._seconds * _PATIENCE
        try:
            return future.result(wait_s)
        except TimeoutError:
            if future.cancel():
                raise
            return future.result(wait_s)

    def _replace(self, broken: ProcessPoolExecutor) -> None:
        """Put a new pool in place of the broken one, once, however many calls saw it break."""
        with self._lock:
            if self._executor is broken:
                self._executor = self._new_executor()
                broken.shutdown(wait=False, cancel_futures=True)

    def _new_executor(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(
            self._processes,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=_start,
            initargs=(self._settings, self._seconds),
        )


@dataclass(frozen=True, slots=True)
class _Raised:
    """A refusal or fault on its way back; exceptions that want keyword arguments cannot be pickled."""

    kind: type[VanthuError]
    arguments: tuple[object, ...]
    state: dict[str, Any]

    def restored(self) -> VanthuError:
        error = self.kind.__new__(self.kind, *self.arguments)
        error.__dict__.update(self.state)
        return error


class _Process:
    """What one process of the pool keeps between calls; set once, when it starts."""

    room: "Room"
    seconds: float


def _start(settings: RoomSettings, seconds: float) -> None:
    # Ctrl-C in a terminal reaches the whole group; who ends us is our parent.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    silence_libraries()
    os.nice(settings.niceness)
    if settings.memory_mb is not None:
        most = settings.memory_mb * _MIB
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    from signing.room import Room  # noqa: PLC0415  whoever asks the pool never loads the libraries for PDFs

    _Process.room = Room(settings)
    _Process.seconds = seconds


def silence_libraries() -> None:
    """Keep what the libraries for PDFs log out of the log, for every process that has a room.

    pyHanko logs each doubt of a check as a traceback with the signer's name: where nobody may be asked, every chain
    without a word on revocation is such a doubt. The report says it better, and to whom it concerns.
    """
    for noisy in ("pyhanko", "pyhanko_certvalidator", "fontTools"):
        logging.getLogger(noisy).setLevel(logging.CRITICAL + 1)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def _work(operation: str, arguments: tuple[object, ...]) -> object:
    # A timer in C: a parser that loops without ever giving way to other threads is ended all the same.
    faulthandler.dump_traceback_later(_Process.seconds, exit=True)
    try:
        # Checking reads a large file in two steps, and never has it in memory twice.
        given = unpacked(arguments, in_files=operation == "validate")
        return shortened(getattr(_Process.room, operation)(*given), given)
    except VanthuError as error:
        return _Raised(type(error), error.args, dict(error.__dict__))
    except MemoryError:
        stopped = SigningStopped(operation=operation)
        return _Raised(type(stopped), stopped.args, dict(stopped.__dict__))
    finally:
        faulthandler.cancel_dump_traceback_later()
