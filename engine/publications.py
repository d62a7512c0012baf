"""The public register of decisions: what was decided about whom, for everybody to read, also after it was revoked."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Final, Protocol

from engine.errors import Conflict, NotFound
from engine.ids import AgencyId, DocumentId, PersonId, PublicationId
from engine.queries import Page, PageRequest

MAX_FACTS: Final = 30
_HOLDER_IN_NAME: Final = 60
"""Letters of the holder in the name of a file, which systems limit to 255 bytes."""
_UNFIT: Final = '/\\:*?"<>|'
"""What no system takes in the name of a file."""


class PublicationKind(StrEnum):
    """What a published document does."""

    RECOGNITION = "recognition"
    REVOCATION = "revocation"
    RATING = "rating"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """How a decision was announced to the people: on which day, where, and in which media."""

    on: date
    at: str
    media: str
    noted_at: datetime
    noted_by: PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """An issued document as the public register shows it.

    Attributes:
        code: The code printed on the document; it is also the end of its public address.
        holder: Who or what it is about, as printed: 'xã Hoằng Thử'.
        award: What they are recognised as, as in 'nông thôn mới'; '' where that is not the matter.
        subject_id: The locality or product it is about, where that is on record here.
        facts: Further lines for everybody, label to value.
        revoked_by: The publication that ended it, or None while it is in force.
        certificate: Name of the attached certificate, or None.
    """

    id: PublicationId
    agency_id: AgencyId
    document_id: DocumentId
    code: str
    kind: PublicationKind
    title: str
    holder: str
    award: str
    number: str
    issued_on: date
    published_at: datetime
    published_by: PersonId
    subject_id: str | None = None
    facts: tuple[tuple[str, str], ...] = ()
    certificate: str | None = None
    revoked_by: PublicationId | None = None
    revoked_at: datetime | None = None
    announced: Announcement | None = None
    rev: int = 0

    @property
    def in_force(self) -> bool:
        """Whether nothing has ended it."""
        return self.revoked_by is None

    @property
    def certificate_file_name(self) -> str:
        """The name its certificate is sent under: what it is, its number and whom it is for, fit for every system."""
        title = "Giấy chứng nhận" if self.kind is PublicationKind.RATING else "Bằng công nhận"
        name = f"{title} {self.number} {self.holder[:_HOLDER_IN_NAME]}"
        fit = "".join("-" if letter in _UNFIT or not letter.isprintable() else letter for letter in name)
        return " ".join(fit.split()).rstrip(" .") + ".pdf"

    def revoked(self, by: PublicationId, at: datetime) -> "Publication":
        """Return it as ended by another publication.

        Raises:
            PublicationEnded: It was ended before.
        """
        if self.revoked_by is not None:
            raise PublicationEnded(number=self.number)
        return replace(self, revoked_by=by, revoked_at=at, rev=self.rev + 1)

    def announced_as(self, announcement: Announcement) -> "Publication":
        """Return it with how it was announced; a later note takes the place of an earlier one."""
        return replace(self, announced=announcement, rev=self.rev + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationQuery:
    """Which publications are asked for: with these words, of this kind and year, or about this subject."""

    text: str = ""
    kind: PublicationKind | None = None
    year: int | None = None
    subject_id: str | None = None
    only_in_force: bool = False


class Publications(Protocol):
    """The public register; whoever saves one holds it."""

    def get(self, publication_id: PublicationId) -> Publication:
        """Return it, or raise PublicationNotFound."""

    def find(self, code: str) -> Publication | None:
        """Return the publication of this code, or None."""

    def find_of_document(self, document_id: DocumentId) -> Publication | None:
        """Return the publication of this document, or None."""

    def lock(self, publication_id: PublicationId) -> Publication:
        """Return it for changing, or raise PublicationNotFound."""

    def search(self, query: PublicationQuery, page: PageRequest) -> Page[Publication]:
        """Return a page of them, the newest first."""

    def add(self, publication: Publication) -> None:
        """Keep a new one."""

    def save(self, publication: Publication) -> None:
        """Keep that it ended, or how it was announced."""


def facts_of(about: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
    """Return what a procedure says of a decision, as lines of label and value."""
    given = about.get("facts")
    pairs = given if isinstance(given, list) else []
    return tuple((str(one[0]), str(one[1])) for one in pairs[:MAX_FACTS] if isinstance(one, list | tuple))


class PublicationNotFound(NotFound):
    """No published document has this code."""

    code = "publication.not_found"
    template = (
        "Nothing is published under this address. Compare the code with the page, letter by letter; a document that "
        "was issued but not published can be verified on the page for verification."
    )


class PublicationEnded(Conflict):
    """What is to be revoked was revoked before."""

    code = "publication.ended"
    template = "The decision %(number)s was revoked already. Look at the public register."


class NotToBePublished(Conflict):
    """Only an issued document is published, and once."""

    code = "publication.not_ready"
    template = "Only a document that is issued is published, and once. Wait until it is issued, or look at its page."
