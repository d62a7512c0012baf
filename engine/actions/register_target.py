"""Register a target: the clerk takes in a locality's registration under an arrival number; its procedure begins."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from engine import access, procedures
from engine.acting import held_place
from engine.criteria import CriteriaSet, Tier
from engine.deadlines import office_date, working_days_after
from engine.documents import DocumentInvalid, IncomingDocument, IncomingState, Urgency
from engine.drafts import FieldChecks
from engine.ids import DocumentId, FileId, LocalityId, TargetId, UnitId
from engine.localities import Locality
from engine.operations.incoming import take_arrival_number
from engine.operations.move import Move
from engine.people import Person
from engine.ports import UnitOfWork
from engine.provinces import receiver_of
from engine.queries import Once
from engine.target_events import TargetRegistered
from engine.targets import (
    ANSWER_DAYS,
    CriterionUnknown,
    Target,
    TargetElsewhere,
    TargetKnown,
    require_registrable,
)

PROCEDURE = "ntm_registration"
COORDINATING = "NTM"
"""Symbol of the unit that examines registrations; an agency without one has its first unit do it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterTarget:
    """A registration as it was handed in.

    Attributes:
        file_id: The signed registration (form 01) with its plan.
        code_number: The number its sender gave it, as printed; '' where it has none, as a village's.
        criteria_met: Numbers of the criteria it says are met.
    """

    locality_id: LocalityId
    tier: Tier
    year: int
    criteria_met: Sequence[int]
    file_id: FileId
    code_number: str = ""
    code_notation: str = ""
    once: Once | None = None


def register_target(request: RegisterTarget, *, by: Person, at: datetime, work: UnitOfWork) -> Target:
    """Keep the target and start its procedure on the registration as an incoming document.

    Raises:
        NotAllowed: The person is not a clerk, nor assigned the work of an absent one.
        LocalityNotFound: There is no such locality.
        TargetElsewhere: Another agency receives its registrations.
        TierUnfit, YearUnfit, RegistrationLate, CriteriaTooFew, CriterionUnknown: The rules do not let it register.
        NoCriteriaInForce: By no set could it be judged.
        TargetKnown: It registered this before.
        DocumentInvalid: The file or its number is wrong.
    """
    access.require(by, "register_document")
    if request.once and (known := work.requests.find(by.id, request.once)):
        return work.targets.of_document(DocumentId(known))
    locality = work.localities.lock(request.locality_id)
    criteria = _require_right(request, locality, by, at, work)
    document = _document(request, locality, by, at, work)
    begin = procedures.Beginning(
        key=PROCEDURE, data={"unit": str(_unit(by, work)), "tier": request.tier.value}, first=_take_number
    )
    move = procedures.start(begin, document, by=by.id, at=at, work=work)
    target = _target(request, criteria, move, work)
    work.targets.add(target)
    if request.once:
        work.requests.remember(by.id, request.once, document.id, at)
    work.record(_event(target, move, by))
    return target


def _take_number(move: Move) -> None:
    move.document = take_arrival_number(move.incoming(), move)


def _require_right(
    request: RegisterTarget, locality: Locality, by: Person, at: datetime, work: UnitOfWork
) -> CriteriaSet:
    if receiver_of(locality, work) != by.agency_id:
        raise TargetElsewhere
    today, met = office_date(at), set(request.criteria_met)
    require_registrable(locality, request.tier, request.year, len(met), today)
    criteria = work.criteria_sets.in_force(request.tier, today)
    unknown = met - {each.number for each in criteria.criteria}
    if unknown:
        raise CriterionUnknown(number=min(unknown))
    if work.targets.find(locality.id, request.tier, request.year) is not None:
        raise TargetKnown(name=locality.name, year=request.year)
    check = FieldChecks()
    check.file("file_id", request.file_id, by, work)
    for name, value, most in (("code_number", request.code_number, 11), ("code_notation", request.code_notation, 30)):
        if value:
            check.text(name, value, most)
            check.no_spaces(name, value)
            check.symbol(name, value)
    check.done(DocumentInvalid)
    return criteria


def _document(
    request: RegisterTarget, locality: Locality, by: Person, at: datetime, work: UnitOfWork
) -> IncomingDocument:
    today = office_date(at)
    calendar = work.calendars.of(by.agency_id)
    return IncomingDocument(
        id=DocumentId(work.new_id()),
        agency_id=by.agency_id,
        type="CV",
        subject=f"Đăng ký mục tiêu năm {request.year}: {locality.name}",
        urgency=Urgency.NORMAL,
        file_id=request.file_id,
        created_at=at,
        created_by=by.id,
        code_number=request.code_number or "-",
        code_notation=request.code_notation or "-",
        issued_date=today,
        organ_name=work.people.get_agency(locality.agency_id).name if locality.agency_id else locality.name,
        state=IncomingState.RECEIVED,
        due_date=working_days_after(calendar, today, ANSWER_DAYS),
    )


def _unit(by: Person, work: UnitOfWork) -> UnitId:
    units = work.people.units(by.agency_id)
    return next((unit.id for unit in units if unit.symbol == COORDINATING), units[0].id)


def _target(request: RegisterTarget, criteria: CriteriaSet, move: Move, work: UnitOfWork) -> Target:
    return Target(
        id=TargetId(work.new_id()),
        agency_id=move.document.agency_id,
        locality_id=request.locality_id,
        tier=request.tier,
        year=request.year,
        document_id=move.document.id,
        criteria_set=criteria.id,
        criteria_met=tuple(sorted(set(request.criteria_met))),
        registered_on=office_date(move.at),
        registered_by=move.by,
    )


def _event(target: Target, move: Move, by: Person) -> TargetRegistered:
    document = move.incoming()
    place = held_place(by, "register_document", move.at, move.work)
    return TargetRegistered(
        by=by.id,
        at=move.at,
        agency_id=target.agency_id,
        on_behalf_of=place.of.id if place else None,
        by_stand_in=place.by.id if place else None,
        document_id=document.id,
        instance_id=move.instance.id,
        target_id=target.id,
        locality_id=target.locality_id,
        tier=target.tier.value,
        year=target.year,
        criteria_set=target.criteria_set,
        criteria_met=target.criteria_met,
        arrival_number=document.arrival_number or 0,
        file_id=document.file_id,
    )
