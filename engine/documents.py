"""Documents: what comes in and what goes out, with their versions, their states and who may read them."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import IntEnum, StrEnum
from typing import Self

from engine.arrival_stamps import ArrivalStamp
from engine.calendars import WorkCalendar
from engine.copy_forms import COPY_FORMS
from engine.deadlines import (
    ClockRuns,
    ClockStands,
    Pause,
    Standing,
    Term,
    end_of_day,
    office_date,
    shifted_day,
    standing,
)
from engine.errors import Conflict, Invalid, NotFound
from engine.ids import AgencyId, DeliveryId, DocumentId, FileId, PersonId, StandInId, UnitId, WorkItemId
from engine.signatories import Initial, Signatory


class Urgency(IntEnum):
    """How fast a document is to be handled (mức độ khẩn)."""

    NORMAL = 0
    KHAN = 1
    THUONG_KHAN = 2
    HOA_TOC = 3


class IncomingState(StrEnum):
    """Where an incoming document stands."""

    RECEIVED = "received"
    REGISTERED = "registered"
    DIRECTED = "directed"
    ASSIGNED = "assigned"
    IN_PROGRESS = "in_progress"
    CLOSED = "closed"
    REFUSED = "refused"
    STOPPED = "stopped"


class OutgoingState(StrEnum):
    """Where an outgoing document stands."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    TO_SIGN = "to_sign"
    SIGNING = "signing"
    SIGNED = "signed"
    NUMBERED = "numbered"
    SEALED = "sealed"
    ISSUED = "issued"
    RECALLED = "recalled"
    CANCELLED = "cancelled"


class VersionKind(StrEnum):
    """What was done to make a version of a document's main file."""

    ORIGINAL = "original"
    PREPARED = "prepared"
    INITIALLED = "initialled"
    SIGNED = "signed"
    NUMBERED = "numbered"
    SEALED = "sealed"
    FINAL = "final"
    RENEWED = "renewed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that goes with a document, under the name it was given."""

    file_id: FileId
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """The main file of a document as it stood from *made_at*; the highest *ordinal* is the current one."""

    document_id: DocumentId
    ordinal: int
    kind: VersionKind
    file_id: FileId
    made_at: datetime
    made_by: PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivedFile:
    """A content of a document as it lies in the locked archive; *version_id* names the locked version."""

    document_id: DocumentId
    file_id: FileId
    version_id: str | None
    archived_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class _Document:
    """What incoming and outgoing documents share.

    Attributes:
        file_id: Content of the current version.
        version: Ordinal of the current version.
        reader_units, reader_people: Who may read it, by the handling chain.
        pauses: When its clock stood, in order; the last one may not have ended.
        rev: Counts changes; the ETag of the document.
    """

    id: DocumentId
    agency_id: AgencyId
    type: str
    subject: str
    urgency: Urgency
    file_id: FileId
    created_at: datetime
    created_by: PersonId
    version: int = 1
    attachments: tuple[Attachment, ...] = ()
    reader_units: frozenset[UnitId] = field(default_factory=frozenset)
    reader_people: frozenset[PersonId] = field(default_factory=frozenset)
    pauses: tuple[Pause, ...] = ()
    rev: int = 0

    @property
    def pause(self) -> Pause | None:
        """The pause in which the clock stands now, or None while it runs."""
        last = self.pauses[-1] if self.pauses else None
        return last if last is not None and last.ended is None else None

    def paused(self, at: datetime, reason: str) -> Self:
        """Return this document with its clock stopped.

        Raises:
            ClockStands: It stands already.
        """
        if self.pause is not None:
            raise ClockStands(since=self.pause.began)
        return replace(self, pauses=(*self.pauses, Pause(began=at, reason=reason)))

    def resumed(self, at: datetime) -> Self:
        """Return this document with its clock running again; its due date is as it was.

        Raises:
            ClockRuns: It runs already.
        """
        if self.pause is None:
            raise ClockRuns
        return replace(self, pauses=(*self.pauses[:-1], replace(self.pause, ended=at)))

    def with_file(self, file_id: FileId) -> Self:
        """Return this document with a new current version."""
        return replace(self, file_id=file_id, version=self.version + 1)

    def read_by(self, *, units: Iterable[UnitId] = (), people: Iterable[PersonId] = ()) -> Self:
        """Return this document as readable by these units and people too."""
        return replace(
            self,
            reader_units=self.reader_units | frozenset(units),
            reader_people=self.reader_people | frozenset(people),
        )

    def not_read_by(self, *, units: Iterable[UnitId], people: Iterable[PersonId]) -> Self:
        """Return this document as no longer readable by these units and people, as far as the handling chain goes."""
        return replace(
            self,
            reader_units=self.reader_units - frozenset(units),
            reader_people=self.reader_people - frozenset(people),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingDocument(_Document):
    """A document that came in, by the counter or delivered by another agency of this installation.

    Source of the fields: Decree 30/2020/NĐ-CP, appendix VI (CodeNumber, CodeNotation, OrganName, …).

    Attributes:
        due_by_noon: It is due with the morning of its due date, not with that day.
    """

    code_number: str
    code_notation: str
    issued_date: date
    organ_name: str
    state: IncomingState
    due_date: date | None = None
    due_by_noon: bool = False
    arrival_number: int | None = None
    arrival_date: date | None = None
    delivery_id: DeliveryId | None = None
    result: str | None = None

    def registered(self, number: int, on: date) -> "IncomingDocument":
        """Return this document with its arrival number and date.

        Raises:
            DocumentNotInState: It already has an arrival number.
        """
        if self.arrival_number is not None or self.state is not IncomingState.RECEIVED:
            raise DocumentNotInState(state=self.state.value)
        return replace(self, arrival_number=number, arrival_date=on, state=IncomingState.REGISTERED)

    def due_until(self, moment: datetime | None) -> "IncomingDocument":
        """Return this document as due at *moment*, the end of a half day; None: at no time."""
        day = None if moment is None else office_date(moment)
        return replace(self, due_date=day, due_by_noon=day is not None and moment != end_of_day(day))

    @property
    def term(self) -> Term | None:
        """Until when it is to be handled; None where nobody said."""
        return None if self.due_date is None else Term(until=self.due_date, by_noon=self.due_by_noon)

    def put_off(self, pause: Pause, calendar: WorkCalendar) -> "IncomingDocument":
        """Return this document with the due date it has after *pause*: no working day of the pause counts."""
        if self.due_date is None or pause.ended is None:
            return self
        due = shifted_day(calendar, self.due_date, office_date(pause.began), office_date(pause.ended))
        return replace(self, due_date=due)

    def standing(self, calendar: WorkCalendar, at: datetime) -> Standing | None:
        """Say how its due date stands at the moment *at*; None where it has none, or where it is finished."""
        if self.term is None or self.state in FINISHED:
            return None
        due = self.term.ends(calendar, at)
        return standing(calendar, due, at, paused_since=self.pause.began if self.pause else None)

    def stamp(self, agency: str, forwarded_to: str | None) -> ArrivalStamp | None:
        """Return the stamp of arrival with the agency's name and the unit it went to, or None before registration."""
        if self.arrival_number is None or self.arrival_date is None:
            return None
        return ArrivalStamp(
            agency=agency, number=self.arrival_number, arrived_on=self.arrival_date, forwarded_to=forwarded_to
        )

    def in_state(self, state: IncomingState) -> "IncomingDocument":
        """Return this document in *state*.

        Raises:
            DocumentNotInState: It is closed, refused or stopped, for good.
            NumberUnfit: It was never registered.
        """
        if self.state in FINISHED:
            raise DocumentNotInState(state=self.state.value)
        if self.arrival_number is None and state not in UNNUMBERED:
            raise NumberUnfit(state=state.value, number="–")
        return replace(self, state=state)

    def set_back(self, state: str, due_date: date | None) -> "IncomingDocument":
        """Return this document as it stood before a step that was taken back."""
        return replace(self, state=IncomingState(state), due_date=due_date)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingDocument(_Document):
    """A document this agency drafts, signs, numbers, seals and issues.

    Attributes:
        body: Paragraphs of a document made from the template; None where a PDF was uploaded.
        signer: Who is to sign it, of several signers the first; never the drafter.
        further: Who signs it beside them, in the order of their fields.
        in_order: Several signers sign one after the other; else in any order.
        capacity: In what capacity the first signer signs, printed in place of the title; None: by their post.
        reserved_to_head: Only the head of the agency may sign it: no deputy, nobody in their place.
        collective: In whose name the head or a deputy signs (TM.), as in 'Ủy ban nhân dân'; None: the agency's.
        initials: Who initialled the text as it is; a change of it drops them.
        others: Recipients outside this installation, as printed; nothing is delivered to them by the machine.
        signer_under: The stand-in by which they sign; None: by their own post.
        replies_to: Incoming documents it answers.
        number: As printed, '05/QĐ-UBND', once taken.
    """

    drafter: PersonId
    unit_id: UnitId
    signer: PersonId
    state: OutgoingState
    signer_under: StandInId | None = None
    body: str | None = None
    recipients: tuple[AgencyId, ...] = ()
    others: tuple[str, ...] = ()
    replies_to: tuple[DocumentId, ...] = ()
    number: str | None = None
    issued_date: date | None = None
    further: tuple[Signatory, ...] = ()
    in_order: bool = True
    capacity: str | None = None
    collective: str | None = None
    initials: tuple[Initial, ...] = ()
    reserved_to_head: bool = False

    def in_state(self, state: OutgoingState) -> "OutgoingDocument":
        """Return this document in *state*.

        Raises:
            DocumentNotInState: It is issued, recalled or cancelled.
            NumberUnfit: It needs a number for that and has none, or has one and must not; copies need none.
        """
        if self.state in FINISHED:
            raise DocumentNotInState(state=self.state.value)
        numbered = state is not OutgoingState.CANCELLED and self.type not in COPY_FORMS
        if numbered and (self.number is None) != (state in UNNUMBERED):
            raise NumberUnfit(state=state.value, number=self.number or "–")
        return replace(self, state=state)

    def numbered(self, number: str, on: date) -> "OutgoingDocument":
        """Return this document with its printed number and date of issue.

        Raises:
            DocumentNotInState: It is not signed, or already has a number.
        """
        if self.state is not OutgoingState.SIGNED or self.number is not None:
            raise DocumentNotInState(state=self.state.value)
        return replace(self, number=number, issued_date=on, state=OutgoingState.NUMBERED)

    def set_back(self, state: str) -> "OutgoingDocument":
        """Return this document as it stood before a step that was taken back."""
        return replace(self, state=OutgoingState(state))

    def without_initial(self, item_id: WorkItemId) -> "OutgoingDocument":
        """Return this document without the initial given by that work item."""
        return replace(self, initials=tuple(one for one in self.initials if one.work_item_id != item_id))


Document = IncomingDocument | OutgoingDocument

FINISHED = frozenset(
    {IncomingState.CLOSED, IncomingState.REFUSED, IncomingState.STOPPED}
    | {OutgoingState.ISSUED, OutgoingState.RECALLED, OutgoingState.CANCELLED}
)
"""The states in which nothing is left to be done, so that nothing can be late."""

UNNUMBERED = frozenset(
    {IncomingState.RECEIVED, IncomingState.REFUSED, IncomingState.STOPPED, OutgoingState.DRAFT, OutgoingState.IN_REVIEW}
    | {OutgoingState.TO_SIGN, OutgoingState.SIGNING, OutgoingState.SIGNED, OutgoingState.CANCELLED}
)
"""The states a document without a number can be in."""


class DocumentNotFound(NotFound):
    """No such document, or not for this person."""

    code = "document.not_found"
    template = "There is no such document."


class DocumentNotInState(Conflict):
    """What is asked does not fit the state the document is in."""

    code = "document.not_in_state"
    template = "The document is '%(state)s' now, so this cannot be done. Reload the page to see how it stands."


class NumberUnfit(Conflict):
    """The number a document has or has not does not fit the state it is to come to."""

    code = "document.number_unfit"
    template = (
        "The document cannot become '%(state)s' with the number it has (%(number)s). "
        "Its number is taken and cancelled by the steps of its procedure."
    )


class DocumentInvalid(Invalid):
    """Some fields of a document are wrong; all are named."""

    code = "document.invalid"
    template = "Some fields are not right. Correct those that are marked and send again."


class DrafterMayNotSign(Conflict):
    """Who drafted a document may not sign it."""

    code = "document.drafter_may_not_sign"
    template = "Who drafted a document may not sign it. Choose another signer."
