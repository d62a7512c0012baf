"""Propose a revocation: the clerk takes in a report that a recognised commune falls short; its procedure begins."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from engine import access, procedures
from engine.access import NotAllowed
from engine.achievements import Achievement, AchievementNotFound
from engine.acting import held_place
from engine.actions.register_document import FIRST_YEAR
from engine.criteria import Tier
from engine.criteria_events import RevocationProposed
from engine.deadlines import office_date
from engine.documents import DocumentInvalid, IncomingDocument, IncomingState, Urgency
from engine.drafts import FieldChecks
from engine.ids import DocumentId, FileId, LocalityId
from engine.operations.incoming import take_arrival_number
from engine.operations.move import Move
from engine.people import Person
from engine.ports import UnitOfWork
from engine.queries import Once
from engine.revocations import COMMUNES, DISTRICTS, DistrictNotRevocable, NotRevocable, RevocationRunning
from engine.revoking import running_proposal

PROCEDURE: Final = "ntm_revocation"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeRevocation:
    """A proposal as it came in.

    Attributes:
        locality_id: The commune, with the level it is recognised for.
        organ_name: Who proposes: the commune itself, or a department that inspected it.
        file_id: The signed report.
    """

    locality_id: LocalityId
    tier: Tier
    organ_name: str
    code_number: str
    code_notation: str
    issued_date: date
    file_id: FileId
    once: Once | None = None


def propose_revocation(request: ProposeRevocation, *, by: Person, at: datetime, work: UnitOfWork) -> DocumentId:
    """Register the proposal and start its procedure; return the incoming document it hangs on.

    Raises:
        NotAllowed: The person is no clerk, nor in the place of one, or another agency recognised the commune.
        NotRevocable, DistrictNotRevocable: It is no level of a commune.
        RevocationRunning: It is proposed already, and not decided on yet.
        LocalityNotFound, AchievementNotFound: There is no such commune, or nothing to take away.
        DocumentInvalid: The file, or what is said of it, is wrong.
    """
    access.require(by, "register_document")
    if request.once and (known := work.requests.find(by.id, request.once)):
        return DocumentId(known)
    standing = _standing(request, by, work)
    _require_none_runs(standing, work)
    _check(request, by, at, work)
    document = _document(request, by, at, work)
    begin = procedures.Beginning(
        key=PROCEDURE,
        data={"locality": str(request.locality_id), "tier": request.tier.value},
        first=_take_number,
    )
    move = procedures.start(begin, document, by=by.id, at=at, work=work)
    # Locked last, as everybody does; two proposals at the same time meet here.
    locked = work.achievements.lock(request.locality_id, request.tier)
    _require_none_runs(locked, work)
    work.achievements.save(locked.proposed(document.id))
    if request.once:
        work.requests.remember(by.id, request.once, document.id, at)
    work.record(_event(standing, move, by))
    return document.id


def _take_number(move: Move) -> None:
    move.document = take_arrival_number(move.incoming(), move)


def _standing(request: ProposeRevocation, by: Person, work: UnitOfWork) -> Achievement:
    if request.tier in DISTRICTS:
        raise DistrictNotRevocable
    if request.tier not in COMMUNES:
        raise NotRevocable
    locality = work.localities.get(request.locality_id)
    found = work.achievements.find(locality.id, request.tier)
    if found is None:
        raise AchievementNotFound
    if found.agency_id != by.agency_id:
        raise NotAllowed
    return found


def _require_none_runs(standing: Achievement, work: UnitOfWork) -> None:
    running = running_proposal(standing, work)
    if running is not None:
        raise RevocationRunning(number=running.arrival_number)


def _check(request: ProposeRevocation, by: Person, at: datetime, work: UnitOfWork) -> None:
    check = FieldChecks()
    check.file("file_id", request.file_id, by, work)
    check.text("organ_name", request.organ_name, 200)
    for name, value, most in (("code_number", request.code_number, 11), ("code_notation", request.code_notation, 30)):
        check.text(name, value, most)
        check.no_spaces(name, value)
        check.symbol(name, value)
    if not request.issued_date.year >= FIRST_YEAR:
        check.add("issued_date", "too_old", "The date of the document is too long ago. Check the date.")
    if request.issued_date > office_date(at):
        check.add("issued_date", "in_future", "The document is dated in the future. Check the date.")
    check.done(DocumentInvalid)


def _document(request: ProposeRevocation, by: Person, at: datetime, work: UnitOfWork) -> IncomingDocument:
    name = work.localities.get(request.locality_id).name
    return IncomingDocument(
        id=DocumentId(work.new_id()),
        agency_id=by.agency_id,
        type="BC",
        subject=f"Đề nghị thu hồi quyết định công nhận {name} đạt chuẩn nông thôn mới",
        urgency=Urgency.NORMAL,
        file_id=request.file_id,
        created_at=at,
        created_by=by.id,
        code_number=request.code_number,
        code_notation=request.code_notation,
        issued_date=request.issued_date,
        organ_name=request.organ_name,
        state=IncomingState.RECEIVED,
    )


def _event(standing: Achievement, move: Move, by: Person) -> RevocationProposed:
    document = move.incoming()
    place = held_place(by, "register_document", move.at, move.work)
    return RevocationProposed(
        by=by.id,
        at=move.at,
        agency_id=document.agency_id,
        on_behalf_of=place.of.id if place else None,
        by_stand_in=place.by.id if place else None,
        document_id=document.id,
        instance_id=move.instance.id,
        achievement_id=standing.id,
        locality_id=standing.locality_id,
        tier=standing.tier.value,
        arrival_number=document.arrival_number or 0,
        file_id=document.file_id,
    )
