"""What somebody without an account may learn of an issued document, by the code printed on it or by a file of it.

Whoever holds a file knows what is printed in it; whoever holds a code alone is told no subject. Of what was not issued
nobody is told anything (docs/decisions/0011).
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final, Protocol

from engine.case_slips import IssuedSlip
from engine.documents import OutgoingState, Version, VersionKind
from engine.errors import Conflict, FieldError, Invalid, NeighbourAway, NotFound
from engine.ids import DocumentId, FileId
from engine.validations import SignatureReport, ValidationReport

CODE_LETTERS: Final = "0123456789abcdefghjkmnpqrstvwxyz"
"""32 letters and digits nobody takes for one another: no i, l, o and u."""
CODE_LENGTH: Final = 26
"""26 times five random bits: 130."""
_LOOK_ALIKES: Final = str.maketrans("oil", "011", " -\t\u00a0")
_LONGEST_TYPED: Final = 100

PUBLIC_STATES: Final = frozenset({OutgoingState.ISSUED, OutgoingState.RECALLED})
"""Of documents in any other state nobody outside is told anything."""
SIGNED_KINDS: Final = (VersionKind.SIGNED, VersionKind.NUMBERED, VersionKind.SEALED, VersionKind.FINAL)
"""The versions outsiders can have, in the order they are made; drafts are recognised by nobody."""
PER_CODE: Final = 10
"""So many codes are looked up for the price of one checked file."""
PER_CONTENT: Final = 30
"""So many public files are fetched for the price of one checked file: the page of a product shows a dozen photos."""
PER_APPLICATION: Final = 3
"""So many files are checked for the price of one application."""
PER_NETWORK: Final = 16
"""So many times what one address may, a network of IPv6 may from which anybody gets thousands of addresses."""
FAR_ABOVE: Final = 10
"""Times what one sender or one office reaches, and more, all together may ask: a flood at one closes no other."""
WINDOW: Final = timedelta(minutes=10)


class FileMatch(StrEnum):
    """What a file is to what was issued here.

    The very file, an earlier state of it, a signed state that was given up, such a file changed later, or none of ours.
    """

    CURRENT = "current"
    EARLIER = "earlier"
    SET_ASIDE = "set_aside"
    CHANGED = "changed"
    UNKNOWN = "unknown"


class Question(StrEnum):
    """What an outsider asks; each is measured by itself.

    To check a file, what a code stands for, for a public file of it; or to take in an application, a supplement of one,
    or an opinion.
    """

    FILE = "file"
    CODE = "code"
    CONTENT = "content"
    APPLICATION = "application"
    SUPPLEMENT = "supplement"
    OPINION = "opinion"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How many files may be checked within WINDOW: for one address, and for all together."""

    per_address: int
    overall: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedDocument:
    """What outsiders may know of a document that was issued.

    Attributes:
        number, issued_date: None of an electronic copy, which takes no number.
        agency: Name of the agency that issued it.
        subject: Only for whoever has a file of it, else None.
        signatures: Those of the file that was issued, as last validated.
        checked_at: When that was, or None if it never was.
        copy_of: Of a copy, the number and symbol of what it was made of.
        on_paper: Whether it is a copy on paper: hand and seal are on the paper, its file has no signature.
        published: Whether the public register has it.
    """

    number: str | None
    issued_date: date | None
    type: str
    agency: str
    state: OutgoingState
    subject: str | None
    signatures: tuple[SignatureReport, ...]
    checked_at: datetime | None
    copy_of: str | None = None
    on_paper: bool = False
    published: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What was found of an outsider's file.

    Attributes:
        match: What it is to what was issued here.
        version: Which state of the document it is, or was before it was changed; None for a file of others.
        document: The document, None for a file of others.
        fits_code: Whether it is a file of the document whose code was given, changed or not; None without a code.
        report: What its own signatures are worth now.
        attachment: The name of the attachment of *document* that it is, None where it is the document itself.
        slip: The slip of a one-stop case that it is, None where it is none.
    """

    match: FileMatch
    version: VersionKind | None
    document: IssuedDocument | None
    fits_code: bool | None
    report: ValidationReport
    attachment: str | None = None
    slip: IssuedSlip | None = None


class Verifications(Protocol):
    """The codes of documents, contents outsiders may ask about, and how often they asked."""

    def add_code(self, document_id: DocumentId, code: str) -> None:
        """Keep the code of a new document."""

    def find_code(self, document_id: DocumentId) -> str | None:
        """Return the document's code, or None: it was drafted before there were codes."""

    def find_document(self, code: str) -> DocumentId | None:
        """Return the document of this code, or None."""

    def issued_with(self, file_ids: Collection[FileId]) -> Mapping[FileId, DocumentId]:
        """Return which of these contents are signed versions of a document that was issued here, and of which."""

    def attached_to(self, file_ids: Collection[FileId]) -> Mapping[FileId, DocumentId]:
        """Return which of these contents went along with a document that was issued here, and with which."""

    def take(self, counter: str, window: datetime, most: int) -> bool:
        """Count once in the window that began then, unless it was counted *most* times; say whether it was counted.

        Others who count the same wait until this transaction ends, so that the limit holds however many come at once.
        """

    def put_back(self, counter: str, window: datetime) -> None:
        """Undo having counted once."""

    def forget_counts(self, before: datetime) -> int:
        """Forget the windows that began before this moment; return how many counters that were."""


class VerificationCodeUnknown(NotFound):
    """No issued document has this code: it was misread, or the document is not issued (yet). One answer for all."""

    code = "verification.code_unknown"
    template = (
        "No issued document has this code. Compare it with the page, letter by letter; if it is the same, the document"
        " has not been issued. Ask the office that is named on it."
    )


class VerificationThrottled(Conflict):
    """Too many checks from one address, or from all together."""

    code = "verification.throttled"
    template = "Too many requests within a short time. Wait %(minutes)s minutes, then try again."

    def __init__(self, *, retry_after_s: int) -> None:
        super().__init__(minutes=-(-retry_after_s // 60))
        self.retry_after_s = retry_after_s


class VerificationBusy(NeighbourAway):
    """As many files are being checked as may be at once."""

    code = "verification.busy"
    template = "Many files are being checked at this moment. Try again in a minute."
    retry_after_s = 60


class VerificationGaveUp(Invalid):
    """Reading or checking the file took too much time or memory."""

    code = "verification.gave_up"
    template = (
        "Checking this file took too long and was given up. Try again; if it happens again, ask the office that sent"
        " the file for another copy."
    )


class VerificationFileMissing(Invalid):
    """No file was sent."""

    code = "verification.file_missing"
    template = "No file was chosen. Choose the PDF that is to be checked."

    def __init__(self) -> None:
        super().__init__(errors=[FieldError(field="file", code=self.code, message=self.template)])


def new_code(random: Callable[[int], bytes]) -> str:
    """Return a fresh code; *random* gives so many bytes nobody can guess."""
    return "".join(CODE_LETTERS[octet % len(CODE_LETTERS)] for octet in random(CODE_LENGTH))


def read_code(typed: str) -> str | None:
    """Return the code somebody typed or scanned, or None where it is none.

    Capitals, blanks, hyphens and letters that look like digits are taken as they were meant.
    """
    if len(typed) > _LONGEST_TYPED:
        return None
    code = typed.lower().translate(_LOOK_ALIKES)
    return code if len(code) == CODE_LENGTH and set(code) <= set(CODE_LETTERS) else None


def course_of(versions: Sequence[Version]) -> tuple[Version, ...]:
    """Return the signed versions that led to the current one, the oldest first; *versions* are in their order.

    What was signed and then given up, because the document was returned, is not among them.
    """
    led: list[Version] = []
    for version in reversed(versions):
        if version.kind not in SIGNED_KINDS:
            break
        if not led or SIGNED_KINDS.index(version.kind) <= SIGNED_KINDS.index(led[-1].kind):
            led.append(version)
    return tuple(reversed(led))
