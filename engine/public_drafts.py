"""Drafts of dossiers put before the public: what a commune says of itself, to be read and answered without an account.

What is published is a copy of the self-assessment as it stood then; a later publication takes its place. Opinions carry
no name, and whoever gives one is told so.

Source: QĐ 18/2022/QĐ-TTg (opinions of organisations and people before the dossier is completed); domain rules, 5.4,
step 3.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from engine.criteria import Value
from engine.deadlines import office_date
from engine.errors import Conflict, FieldError, Invalid, NotFound
from engine.ids import AgencyId, DossierId, LocalityId, PersonId

MAX_OPINION: Final = 2_000
MAX_RESPONSE: Final = 5_000
MAX_OPINIONS: Final = 20_000
"""Of one dossier; nobody fills the database by sending them."""
MOST_ANSWERED: Final = 200
"""So many opinions get one answer at once: as many as a page shows, since nobody answers what they did not read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicDraft:
    """One publication of a dossier's draft.

    Attributes:
        ordinal: From 1; the newest is the one people see.
        code: By which the page is found: that of the document that will cover the dossier.
        place: Where else it is published: the office, loudspeakers, the commune's portal.
        until: The last day of opinions, in Việt Nam.
        values: What the commune reported of itself then, by indicator.
    """

    dossier_id: DossierId
    ordinal: int
    agency_id: AgencyId
    locality_id: LocalityId
    code: str
    place: str
    until: date
    published_at: datetime
    published_by: PersonId
    values: Mapping[str, Value]

    def is_open(self, at: datetime) -> bool:
        """Say whether opinions are taken at the moment *at*."""
        return office_date(at) <= self.until

    def require_open(self, at: datetime) -> None:
        """Raise OpinionsOver unless opinions are taken at the moment *at*."""
        if not self.is_open(at):
            raise OpinionsOver(until=f"{self.until:%d/%m/%Y}")


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicOpinion:
    """What somebody says of a draft, without a name.

    Attributes:
        number: From 1 within the dossier.
        draft: The ordinal of the publication they read.
        response: How the commune answers it; shown beside it on the public page.
    """

    dossier_id: DossierId
    number: int
    draft: int
    agreed: bool
    text: str
    given_at: datetime
    response: str | None = None
    responded_at: datetime | None = None
    responded_by: PersonId | None = None
    rev: int = 0

    @property
    def wants_answer(self) -> bool:
        """Whether it says something that is not answered yet; a bare yes or no is only counted."""
        return bool(self.text) and self.response is None

    @property
    def text_sha256(self) -> str:
        """The digest of what was said, as the audit log has it: nobody can change it afterwards unnoticed."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def response_sha256(self) -> str:
        """The digest of the answer; that of the empty text where there is none."""
        return hashlib.sha256((self.response or "").encode()).hexdigest()

    def answered(self, response: str, *, by: PersonId, at: datetime) -> "PublicOpinion":
        """Return it with an answer, in place of an earlier one. Raises ResponseInvalid."""
        said = response.replace("\0", " ").strip()
        if not 0 < len(said) <= MAX_RESPONSE:
            message = "Write the answer, in at most 5000 characters."
            raise ResponseInvalid(errors=[FieldError(field="response", code="required", message=message)])
        return replace(self, response=said, responded_by=by, responded_at=at, rev=self.rev + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpinionCount:
    """How many opinions a dossier has, how many of them agree, and how many say something not answered yet."""

    given: int
    agreed: int
    unanswered: int

    @property
    def disagreed(self) -> int:
        """How many do not agree."""
        return self.given - self.agreed

    def require_room(self) -> None:
        """Raise TooManyOpinions where the dossier takes no more."""
        if self.given >= MAX_OPINIONS:
            raise TooManyOpinions


def checked_opinion(text: str, *, agreed: bool | None) -> tuple[str, bool]:
    """Return an opinion's text and whether it agrees. Raises PublicOpinionInvalid, naming every wrong field."""
    said, errors = text.replace("\0", " ").strip(), []
    if agreed is None:
        errors.append(FieldError(field="agreed", code="required", message="Choose one of the two answers."))
    if len(said) > MAX_OPINION:
        errors.append(FieldError(field="text", code="too_long", message="At most 2000 characters."))
    if agreed is False and not said:
        message = "Say in a few words what you do not agree with, so that it can be answered."
        errors.append(FieldError(field="text", code="required", message=message))
    if errors or agreed is None:
        raise PublicOpinionInvalid(errors=errors)
    return said, agreed


class PublicDraftNotFound(NotFound):
    """No draft is published under this code."""

    code = "public_draft.not_found"
    template = "No draft is published under this code. Check the code on the notice, or look in the list of drafts."


class OpinionsOver(Conflict):
    """The last day of opinions is over."""

    code = "public_draft.over"
    template = "Opinions on this draft were taken until %(until)s (in Việt Nam). Turn to the commune's office."


class TooManyOpinions(Conflict):
    """The dossier has as many opinions as it can keep."""

    code = "public_draft.too_many_opinions"
    template = "No more opinions can be taken here. Turn to the commune's office."


class PublicOpinionInvalid(Invalid):
    """An opinion says neither yes nor no, says no without a word, or too much."""

    code = "public_draft.opinion_invalid"
    template = "The opinion cannot be taken. Correct what is marked and send it again."


class PublicOpinionNotFound(NotFound):
    """No such opinion of this dossier."""

    code = "public_draft.opinion_not_found"
    template = "There is no such opinion on this dossier. Open its page of opinions and choose one."


class PublicOpinionMoved(Conflict):
    """Somebody answered it meanwhile."""

    code = "public_draft.opinion_moved"
    template = "Somebody answered this opinion meanwhile. Read what stands there now, then send yours again."


class ResponseInvalid(Invalid):
    """An answer to an opinion is empty or too long."""

    code = "public_draft.response_invalid"
    template = "The answer cannot be kept so. Correct what is marked and send it again."
