"""Work items: a person's task in a running procedure, who may do it, and what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from engine.approvals import NeedsSeveralPeople
from engine.calendars import WorkCalendar
from engine.deadlines import Pause, Standing, Term, due_at, end_of_day, office_date, standing
from engine.documents import Document, IncomingDocument
from engine.errors import Conflict, Forbidden, Invalid, NotFound
from engine.ids import AgencyId, DocumentId, InstanceId, PersonId, StandInId, TaskId, UnitId, WorkItemId
from engine.people import Role


class WorkItemState(StrEnum):
    """Where a work item stands."""

    OPEN = "open"
    SIGNING = "signing"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkItem:
    """A task for a person.

    Attributes:
        roles: Who may take it, by role; with *unit_id*, only in that unit.
        assignee: Whose it is, once claimed or where the model says so.
        excluded: People who may not do it, by separation of duties.
        urgency: 0 normal to 3 hỏa tốc, that of the document.
        due_at: Its last moment in time, as the calendar of *calendar_version* has it; None where there is no limit.
        term: The step's own time limit, as engine.deadlines.Term is written; None where only the document has one.
        waiting_for: What the machine waits for while it is being signed, in words.
        opened_by: Who did the step that led to it; the machine where none did.
        seen_at: When somebody else who may do it first opened it; *seen_by* is that person.
        handed_by: Who handed it over to the assignee, who may refuse it still; *handed_note* is what they wrote.
        procedure: Key of the model it belongs to.
        document_type: That of its document.
        about_unit: The unit it was given to, else the one that drafted the document.
        on_behalf_of: In whose place the assignee has it, or it was done.
        by_stand_in: By which stand-in.
        needs: How many people must agree on it; 1 is a task as usual.
        agreed: How many do already.
        voters: Who has given an opinion, and in whose place.
    """

    id: WorkItemId
    agency_id: AgencyId
    instance_id: InstanceId
    task_id: TaskId
    element_id: str
    name: str
    name_en: str
    document_id: DocumentId
    roles: frozenset[Role]
    unit_id: UnitId | None
    assignee: PersonId | None
    excluded: frozenset[PersonId]
    urgency: int
    opened_at: datetime
    due_at: datetime | None = None
    term: str | None = None
    calendar_version: int = 0
    state: WorkItemState = WorkItemState.OPEN
    waiting_for: str | None = None
    waiting_since: datetime | None = None
    outcome: str | None = None
    completed_by: PersonId | None = None
    completed_at: datetime | None = None
    procedure: str = ""
    document_type: str = ""
    about_unit: UnitId | None = None
    on_behalf_of: PersonId | None = None
    by_stand_in: StandInId | None = None
    needs: int = 1
    agreed: int = 0
    voters: frozenset[PersonId] = frozenset()
    rev: int = 0
    opened_by: PersonId | None = None
    seen_at: datetime | None = None
    seen_by: PersonId | None = None
    handed_by: PersonId | None = None
    handed_note: str | None = None

    @property
    def due_date(self) -> date | None:
        """The last day for it, in Việt Nam."""
        return None if self.due_at is None else office_date(self.due_at)

    @property
    def due_by_noon(self) -> bool:
        """Whether its last moment is the end of a morning."""
        return self.due_at is not None and self.due_at != end_of_day(office_date(self.due_at))

    def due_again(self, document: Document, calendar: WorkCalendar) -> "WorkItem":
        """Return this item with its last moment counted by *calendar*.

        It is that of the step's own time limit, and never later than the document's due date.
        """
        ends = []
        if self.term is not None:
            ends.append(due_at(calendar, Term.parse(self.term), self.opened_at, document.pauses))
        if isinstance(document, IncomingDocument) and document.term is not None:
            ends.append(document.term.ends(calendar, self.opened_at))
        return replace(self, due_at=min(ends, default=None), calendar_version=calendar.version)

    def standing(self, pause: Pause | None, calendar: WorkCalendar, at: datetime) -> Standing | None:
        """Say how its time limit stands at *at*, or None where it has none or is over; *pause* is its document's."""
        if self.due_at is None or self.state not in (WorkItemState.OPEN, WorkItemState.SIGNING):
            return None
        return standing(calendar, self.due_at, at, paused_since=pause.began if pause else None)

    def is_for_the_same(self, other: "WorkItem") -> bool:
        """Say whether another item of the same step is for the same people; who claimed this one may keep it."""
        named = other.assignee in (None, self.assignee)
        return named and (self.roles, self.unit_id, self.excluded) == (other.roles, other.unit_id, other.excluded)

    def recast(self, wanted: "WorkItem", *, kept: bool) -> "WorkItem":
        """Return this open item as another version of its model has it; opened it stays by whom and when it was.

        Args:
            wanted: The item as it would be opened there.
            kept: Who has it keeps it; else it is whose *wanted* is.
        """
        cast = replace(
            wanted,
            id=self.id,
            opened_at=self.opened_at,
            opened_by=self.opened_by,
            seen_at=self.seen_at,
            seen_by=self.seen_by,
            agreed=self.agreed,
            voters=self.voters,
            rev=self.rev + 1,
        )
        return cast.in_hands(self.hands()) if kept else cast

    def hands(self) -> dict[str, str | None]:
        """Return who has this item, in whose place and from whom, as plain JSON."""
        ids = {"assignee": self.assignee, "on_behalf_of": self.on_behalf_of, "by_stand_in": self.by_stand_in}
        named = {name: None if one is None else str(one) for name, one in {**ids, "handed_by": self.handed_by}.items()}
        return {**named, "handed_note": self.handed_note}

    def in_hands(self, hands: Mapping[str, str | None]) -> "WorkItem":
        """Return this item as whose *hands* says, which ``hands`` gave."""
        by = hands["by_stand_in"]
        return replace(
            self,
            assignee=_person(hands["assignee"]),
            on_behalf_of=_person(hands["on_behalf_of"]),
            by_stand_in=StandInId(UUID(by)) if by else None,
            handed_by=_person(hands["handed_by"]),
            handed_note=hands["handed_note"],
        )

    def require_open(self) -> None:
        """Raise WorkItemNotOpen unless somebody may still act on it."""
        if self.state is not WorkItemState.OPEN:
            raise WorkItemNotOpen(state=self.state.value)

    def acted_on(self, of: PersonId | None, by: StandInId | None) -> "WorkItem":
        """Return this item as acted on in the place *of* somebody *by* a stand-in; None: for oneself."""
        return (
            self
            if (self.on_behalf_of, self.by_stand_in) == (of, by)
            else replace(self, on_behalf_of=of, by_stand_in=by)
        )

    def claimed(self, by: PersonId) -> "WorkItem":
        """Return this item as *by*'s, in the place it was acted on in.

        Raises:
            NeedsSeveralPeople: It is not for one person.
        """
        self.require_open()
        if self.needs > 1:
            raise NeedsSeveralPeople
        return replace(self, assignee=by, handed_by=None, handed_note=None, rev=self.rev + 1)

    def seen(self, by: PersonId, at: datetime) -> "WorkItem":
        """Return this item as opened by somebody who may do it; the first counts, and whose step led here does not.

        The rev stays: nothing changes for whoever acts on it.
        """
        if self.seen_at is not None or by == self.opened_by:
            return self
        return replace(self, seen_at=at, seen_by=by)

    def handed_over(self, to: PersonId, by: PersonId, note: str | None) -> "WorkItem":
        """Return this item as *to*'s, who may refuse it and so give it back to *by*.

        Raises:
            NeedsSeveralPeople: It is not for one person.
        """
        self.require_open()
        if self.needs > 1:
            raise NeedsSeveralPeople
        return replace(self, assignee=to, handed_by=by, handed_note=note, rev=self.rev + 1)

    def handed_to(self, person_id: PersonId) -> PersonId:
        """Return who handed this item over to that person, who may refuse it still.

        Raises:
            NothingHandedOver: Nobody did, or they took it already.
        """
        self.require_open()
        if self.handed_by is None or self.assignee != person_id:
            raise NothingHandedOver
        return self.handed_by

    def with_opinion(self, by: PersonId, *, agrees: bool) -> "WorkItem":
        """Return this item with one more opinion, that counts for whoever it was given in the place of as well."""
        return replace(
            self,
            agreed=self.agreed + agrees,
            voters=self.voters | {by} | ({self.on_behalf_of} if self.on_behalf_of else set()),
            rev=self.rev + 1,
        )

    def done_along(self, by: PersonId) -> tuple[PersonId, ...]:
        """Return who else counts as having done it besides *by*: in whose place it was, and who agreed."""
        others = self.voters | ({self.on_behalf_of} if self.on_behalf_of else set())
        return tuple(sorted(others - {by}))

    def released(self) -> "WorkItem":
        """Return this item as nobody's, so that anybody who may can take it, or as that of whoever was stood in for.

        Raises:
            WorkItemNotShared: The model names its assignee; there is nobody to release it to.
        """
        self.require_open()
        if not self.roles and self.on_behalf_of is None:
            raise WorkItemNotShared
        return replace(
            self,
            assignee=None if self.roles else self.on_behalf_of,
            on_behalf_of=None,
            by_stand_in=None,
            handed_by=None,
            handed_note=None,
            rev=self.rev + 1,
        )

    def signing(self) -> "WorkItem":
        """Return this item as being signed by the machine."""
        self.require_open()
        return replace(self, state=WorkItemState.SIGNING, rev=self.rev + 1)

    def not_signed(self) -> "WorkItem":
        """Return this item as open again, and still theirs who wanted to sign it."""
        return replace(self, state=WorkItemState.OPEN, waiting_for=None, waiting_since=None, rev=self.rev + 1)

    def waiting(self, reason: str | None, at: datetime) -> "WorkItem":
        """Return this item as waiting for what *reason* says, since the first time it was said."""
        since = self.waiting_since or at if reason else None
        return replace(self, waiting_for=reason, waiting_since=since, rev=self.rev + 1)

    def completed(self, outcome: str, by: PersonId, at: datetime) -> "WorkItem":
        """Return this item as done with *outcome*."""
        if self.state not in (WorkItemState.OPEN, WorkItemState.SIGNING):
            raise WorkItemNotOpen(state=self.state.value)
        return replace(
            self,
            state=WorkItemState.COMPLETED,
            outcome=outcome,
            completed_by=by,
            completed_at=at,
            waiting_for=None,
            waiting_since=None,
            rev=self.rev + 1,
        )

    def taken_back(self, by: PersonId) -> "WorkItem":
        """Return this completed item as open again, and theirs who had completed it.

        Done in another's place, it goes back to that place: whoever stands in then can take it there again.
        """
        again = replace(self, state=WorkItemState.OPEN, outcome=None, completed_by=None, completed_at=None)
        return again.claimed(by) if self.on_behalf_of is None else again.released()

    def cancelled(self, at: datetime) -> "WorkItem":
        """Return this item as no longer to be done; the procedure went another way."""
        return replace(self, state=WorkItemState.CANCELLED, completed_at=at, rev=self.rev + 1)


def _person(known: str | None) -> PersonId | None:
    return PersonId(UUID(known)) if known else None


class WorkItemNotFound(NotFound):
    """No such work item, or not for this person."""

    code = "work_item.not_found"
    template = "There is no such work item."


class WorkItemNotOpen(Conflict):
    """The work item is done, cancelled or being signed."""

    code = "work_item.not_open"
    template = "This work is '%(state)s' already. Reload the page to see how it stands."


class WorkItemNotYours(Forbidden):
    """The work item is another person's to do."""

    code = "work_item.not_yours"
    template = "This work is with %(holder)s. Ask them to release it or to do it."


class WorkItemExcluded(Forbidden):
    """Separation of duties keeps this person from doing this item."""

    code = "work_item.excluded"
    template = (
        "You did an earlier step of this document that must be done by another person. A colleague has to do this one."
    )


class WorkItemNotShared(Conflict):
    """The item has one person by the model, so it cannot be released."""

    code = "work_item.not_shared"
    template = "This work is yours by the procedure and cannot be released. Do it, or return it with a reason."


class NothingHandedOver(Conflict):
    """The item was not handed over to this person, or they took it already."""

    code = "work_item.nothing_handed_over"
    template = "This work was not handed over to you, or you took it already; there is nothing to refuse."


class WorkItemNeedsSignature(Conflict):
    """The outcome is given by signing, not by completing."""

    code = "work_item.needs_signature"
    template = "This step is done by signing the document. Use 'Sign'."


class WorkItemTakesNoSignature(Conflict):
    """The item has no outcome that is given by signing."""

    code = "work_item.takes_no_signature"
    template = "There is nothing to sign in this step. Choose one of its outcomes."


class OutcomeDataInvalid(Invalid):
    """The data of an outcome does not fit its form; every wrong field is named."""

    code = "work_item.data_invalid"
    template = "Some fields are not right. Correct those that are marked and send again."


class NobodyMayDo(Conflict):
    """A step was reached for which nobody holds the post; it becomes an incident."""

    code = "work_item.nobody_may_do"
    template = "Nobody holds the post that is to do '%(name)s'. Give somebody the post, then retry."
