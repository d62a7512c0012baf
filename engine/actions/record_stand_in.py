"""Record a stand-in: somebody acts in a colleague's place, for a scope and a time, by a decision."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta

from engine import access
from engine.access import NotAllowed
from engine.deadlines import VIETNAM, office_date
from engine.document_types import DOCUMENT_TYPES
from engine.documents import Document, DocumentNotFound
from engine.drafts import FieldChecks
from engine.events import Private
from engine.ids import PersonId, StandInId
from engine.people import Person, Role
from engine.ports import UnitOfWork
from engine.procedures import steps_of
from engine.queries import Once
from engine.signing_ends import GIVE_UP
from engine.stand_in_events import StandInRecorded
from engine.stand_in_rules import check_kind, check_passing_on
from engine.stand_ins import (
    LONGEST,
    OF_HEADS,
    ActingHeadOverlaps,
    Basis,
    Scope,
    StandIn,
    StandInInvalid,
    StandInKind,
    StandInNotFound,
    StandInOverlaps,
)

MAX_BASIS = 500
MAX_NUMBER = 50
_NOON = time(12)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordStandIn:
    """Who is to stand in for whom.

    Attributes:
        first_day: From its morning, or its noon where *starts_at_noon*.
        last_day: To its end, or its noon where *ends_at_noon*.
        under: The stand-in that is passed on by this one.
    """

    principal: PersonId
    substitute: PersonId
    kind: StandInKind
    first_day: date
    last_day: date
    basis: Basis
    scope: Scope = field(default_factory=Scope)
    starts_at_noon: bool = False
    ends_at_noon: bool = False
    may_pass_on: bool = False
    under: StandInId | None = None
    once: Once | None = None

    def starts_at(self) -> datetime:
        """Return the first moment."""
        return _moment(self.first_day, _NOON if self.starts_at_noon else time())

    def ends_at(self) -> datetime:
        """Return the first moment after it."""
        if self.ends_at_noon:
            return _moment(self.last_day, _NOON)
        return _moment(self.last_day, time()) + timedelta(days=1)


def _moment(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, tzinfo=VIETNAM).astimezone(UTC)


def record_stand_in(request: RecordStandIn, *, by: Person, at: datetime, work: UnitOfWork) -> StandIn:
    """Keep the stand-in. Administrators and the chief of office record any, others whom they are replaced by.

    What the head orders or authorises while somebody acts in the post (Q.) is theirs to give: recorded under their
    appointment, it ends with it.

    Raises:
        NotAllowed: It is not this person's to record.
        StandInInvalid: Some fields are wrong; all are named.
        StandInOverlaps: The same is on record for a part of the time.
        ActingHeadOverlaps: Another acting head is.
        StandInNotPassedOn: What it is under cannot be passed on.
        StandInNotFound: There is no stand-in it could be under.

    Source: Decree 30/2020/NĐ-CP, art. 13.
    """
    if request.once and (known := work.requests.find(by.id, request.once)):
        return work.stand_ins.get(StandInId(known))
    on_record = work.stand_ins.of_people(_concerned(request, by, work))
    parent = _parent(request, by, work)
    _require_may(request, parent, by)
    _require_right(request, on_record, parent, by, at, work)
    made = _stand_in(request, by, at, work)
    _require_free(made, on_record, work)
    work.stand_ins.add(made)
    if made.kind is StandInKind.ACTING and made.in_force(at):
        work.jobs.defer(GIVE_UP, {})  # what the head was to sign
    if request.once:
        work.requests.remember(by.id, request.once, made.id, at)
    work.record(_recorded(made))
    return made


def _concerned(request: RecordStandIn, by: Person, work: UnitOfWork) -> set[PersonId]:
    """Return whose stand-ins must not change meanwhile: one agency has one acting head, whoever of its heads it is."""
    both = {request.principal, request.substitute}
    if request.kind is StandInKind.ABSENCE:
        return both
    return both | {person.id for person in work.people.of_agency(by.agency_id) if person.holds(Role.HEAD)}


def _require_free(made: StandIn, on_record: Sequence[StandIn], work: UnitOfWork) -> None:
    for other in on_record:
        if other.kind is not made.kind or not other.meets(made) or not other.scope.meets(made.scope):
            continue
        basis = other.basis.number or other.basis.text
        if (other.principal, other.substitute) == (made.principal, made.substitute):
            raise StandInOverlaps(basis=basis)
        if made.kind is StandInKind.ACTING:
            raise ActingHeadOverlaps(name=work.people.get(other.substitute).name, basis=basis)


def _parent(request: RecordStandIn, by: Person, work: UnitOfWork) -> StandIn | None:
    if request.under is None:
        return None
    parent = work.stand_ins.lock(request.under)
    access.require_agency(by, parent.agency_id, StandInNotFound())
    return parent


def _require_may(request: RecordStandIn, parent: StandIn | None, by: Person) -> None:
    # Who leads the agency meanwhile is for whoever appoints, recorded by the office; no head makes an acting one.
    acting = request.kind is StandInKind.ACTING
    given_by = None if acting else parent.substitute if parent else request.principal
    action = "appoint_acting_heads" if acting else "record_stand_ins"
    if Role.AUDITOR in by.roles or not (access.may(by, action) or by.id == given_by):
        raise NotAllowed


def _require_right(
    request: RecordStandIn,
    on_record: Sequence[StandIn],
    parent: StandIn | None,
    by: Person,
    at: datetime,
    work: UnitOfWork,
) -> None:
    check = FieldChecks()
    people = {person.id: person for person in work.people.of_agency(by.agency_id)}
    principal, substitute = people.get(request.principal), people.get(request.substitute)
    _check_people(request, principal, substitute, by, check)
    _check_period(request, at, check)
    _check_basis(request, by, at, work, check)
    _check_scope(request, by, work, check)
    if any(_is_away(request, known) for known in on_record):
        check.add("substitute", "away", "This person is away themselves in this time. Choose somebody else.")
    if principal and substitute and principal is not substitute:
        given_by = people.get(parent.substitute) if parent else principal
        check_kind(request.kind, given_by or principal, substitute, check, under=parent.kind if parent else None)
        _check_leads(request, principal, on_record, check)
    check.done(StandInInvalid)
    if parent is not None:
        above = work.stand_ins.get(parent.under) if parent.under else None
        check_passing_on(parent, _stand_in(request, by, at, work), at, above=above)


def _check_leads(request: RecordStandIn, principal: Person, on_record: Sequence[StandIn], check: FieldChecks) -> None:
    """Note what a head would give for a time in which somebody else acts in the post."""
    if request.under is not None or request.kind not in OF_HEADS or not principal.holds(Role.HEAD):
        return
    if any(known.kind is StandInKind.ACTING and _meets(request, known) for known in on_record):
        message = (
            "Somebody acts as head (Q.) in this time and orders in the head's place: choose their appointment under "
            "'Passed on from'."
        )
        check.add("under", "head_replaced", message)


def _check_people(
    request: RecordStandIn, principal: Person | None, substitute: Person | None, by: Person, check: FieldChecks
) -> None:
    for side, person in (("principal", principal), ("substitute", substitute)):
        if person is None:
            check.add(side, "not_found", "There is no such person in your agency. Choose somebody from the list.")
        elif Role.AUDITOR in person.roles:
            check.add(side, "auditor", "Who audits stands in for nobody, and nobody for them.")
        elif not person.roles - access.AUDITS:
            check.add(side, "no_work", "Who runs the machine has no documents to handle, and is not given any.")
    if request.principal == request.substitute:
        check.add("substitute", "self", "Nobody stands in for themselves. Choose a colleague.")
    elif request.substitute == by.id:
        check.add("substitute", "own", "You cannot put yourself in a colleague's place; somebody else records that.")


def _check_period(request: RecordStandIn, at: datetime, check: FieldChecks) -> None:
    if not _is_possible(request):
        check.add("last_day", "impossible", "This day is not in the calendar of the office. Check the date.")
    elif request.ends_at() <= request.starts_at():
        check.add("last_day", "before_first", "It would end before it begins. Check the dates.")
    elif request.ends_at() <= at:
        check.add("last_day", "over", "This period has passed already. Check the dates.")
    elif request.ends_at() - request.starts_at() > LONGEST:
        check.add("last_day", "too_long", "A stand-in lasts a year at most. Record it again when it ends.")


def _is_possible(request: RecordStandIn) -> bool:
    """Say whether the days are such that moments can be reckoned with; the ends of the calendar are not."""
    return all(date.min.year < day.year < date.max.year for day in (request.first_day, request.last_day))


def _check_basis(request: RecordStandIn, by: Person, at: datetime, work: UnitOfWork, check: FieldChecks) -> None:
    basis = request.basis
    check.text("basis", basis.text, MAX_BASIS)
    if basis.number is not None:
        check.text("basis_number", basis.number, MAX_NUMBER)
    if request.kind is not StandInKind.ABSENCE:
        message = "Signing for another rests on a written decision: give its number and date."
        for field, value in (("basis_number", basis.number), ("basis_issued_on", basis.issued_on)):
            if not value:
                check.add(field, "required", message)
    if basis.issued_on is not None and basis.issued_on > office_date(at):
        check.add("basis_issued_on", "in_future", "The decision is dated in the future. Check the date.")
    if basis.document_id is not None and _readable(request, by, work) is None:
        check.add("basis_document_id", "not_found", "There is no such document.")


def _readable(request: RecordStandIn, by: Person, work: UnitOfWork) -> Document | None:
    try:
        document = work.documents.get(request.basis.document_id) if request.basis.document_id else None
    except DocumentNotFound:
        return None
    return document if document and access.may_read(by, document) else None


def _check_scope(request: RecordStandIn, by: Person, work: UnitOfWork, check: FieldChecks) -> None:
    scope = request.scope
    if not scope.document_types <= DOCUMENT_TYPES.keys():
        check.add("document_types", "unknown", "There is no such type of document. Choose one from the list.")
    if not scope.units <= {unit.id for unit in work.people.units(by.agency_id)}:
        check.add("units", "not_found", "There is no such unit in your agency. Choose one from the list.")
    if scope.steps and not scope.steps <= steps_of(work).keys():
        check.add("steps", "unknown", "There is no such procedure or step. Choose one from the list.")
    _check_extent(request, check)


def _check_extent(request: RecordStandIn, check: FieldChecks) -> None:
    """Note what a kind must cover: an authorisation a part, the post of an acting head all; neither is passed on."""
    limited = request.scope.is_limited()
    if request.kind is StandInKind.ACTING:
        if limited:
            message = "An acting head (Q.) has all of the head's work. Choose nothing here."
            check.add("document_types", "limited", message)
        if request.may_pass_on:
            check.add("may_pass_on", "never", "The post of an acting head (Q.) is never passed on.")
    if request.kind is StandInKind.AUTHORISED:
        if not limited:
            message = "An authorisation (TUQ.) is limited in content: choose types of documents, units or steps."
            check.add("document_types", "unlimited", message)
        if request.may_pass_on:
            check.add("may_pass_on", "never", "An authorisation (TUQ.) is never passed on.")


def _is_away(request: RecordStandIn, known: StandIn) -> bool:
    if known.kind is not StandInKind.ABSENCE or known.principal != request.substitute or known.scope.is_limited():
        return False
    return _meets(request, known)


def _meets(request: RecordStandIn, known: StandIn) -> bool:
    """Say whether both hold at some moment."""
    if known.revoked_at is not None or not _is_possible(request):
        return False
    return known.starts_at < request.ends_at() and request.starts_at() < known.ends_at


def _stand_in(request: RecordStandIn, by: Person, at: datetime, work: UnitOfWork) -> StandIn:
    basis = request.basis
    return StandIn(
        id=StandInId(work.new_id()),
        agency_id=by.agency_id,
        principal=request.principal,
        substitute=request.substitute,
        kind=request.kind,
        scope=request.scope,
        starts_at=request.starts_at(),
        ends_at=request.ends_at(),
        basis=replace(basis, text=basis.text.strip(), number=basis.number.strip() if basis.number else None),
        may_pass_on=request.may_pass_on,
        recorded_at=at,
        recorded_by=by.id,
        under=request.under,
    )


def _recorded(made: StandIn) -> StandInRecorded:
    return StandInRecorded(
        by=made.recorded_by,
        at=made.recorded_at,
        agency_id=made.agency_id,
        stand_in_id=made.id,
        principal=made.principal,
        substitute=made.substitute,
        kind=made.kind.value,
        starts_at=made.starts_at,
        ends_at=made.ends_at,
        document_types=sorted(made.scope.document_types),
        units=sorted(made.scope.units),
        steps=sorted(made.scope.steps),
        basis=Private(value=made.basis.text),
        basis_number=made.basis.number,
        basis_issued_on=made.basis.issued_on,
        basis_document=made.basis.document_id,
        may_pass_on=made.may_pass_on,
        under=made.under,
    )
