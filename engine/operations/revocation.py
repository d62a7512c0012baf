"""What the revocation of a recognition does where it is decided on: count what fails, decide, note that it ended.

The procedure works on the incoming document that proposes it. Rules: QĐ 18/2022/QĐ-TTg, on revocation; a locality is
held against the set in force now.
"""

from dataclasses import replace
from decimal import Decimal
from typing import Final
from uuid import UUID

from engine.achievements import TIERS, Achievement, AchievementNotFound
from engine.criteria import CriteriaSet, Tier
from engine.criteria_events import AchievementRevokedByDecision
from engine.deadlines import office_date
from engine.documents import IncomingState, OutgoingDocument
from engine.ids import DocumentId, LocalityId
from engine.operations.move import Data, Move, OperationMisplaced
from engine.operations.recognition import BASES, chief_of_office, coordinating, council_of
from engine.revocations import RevocationFacts, counted, numbers_in

GROUNDS: Final = {
    "below_30": "Có {failed}/{total} tiêu chí không đạt ({share}%), dưới 30% tổng số tiêu chí",
    "no_key_criterion": "Có {failed}/{total} tiêu chí không đạt ({share}%), từ 30% đến dưới 50% nhưng không có tiêu chí"
    " về thu nhập, môi trường hoặc quốc phòng, an ninh",
}
"""Why the rules revoke nothing, by what the table gives as its ground."""


def open_revocation(move: Move, parameters: Data, data: Data) -> Data:
    """Hand the registered proposal to the unit that runs the programme; say what is to be revoked."""
    standing, unit = _standing(move, parameters), coordinating(move)
    move.document = move.incoming().read_by(units={unit}).in_state(IncomingState.ASSIGNED)
    said = f"{_holder(move, standing)} đạt chuẩn {TIERS[standing.tier]}"
    return {"unit_id": str(unit), "question": f"Thu hồi Quyết định số {standing.decision} công nhận {said}"}


def count_failing(move: Move, parameters: Data, data: Data) -> Data:
    """Return the counts the table asks for, of the numbers in *failing*; *key* counts where the set marks none as key.

    Raises:
        FailingUnreadable, FailingUnknown: They are no numbers, or the set in force has none of that number.
    """
    found = _in_force(move, parameters)
    numbers = numbers_in(str(parameters.get("failing") or ""), found)
    facts = counted(found, numbers, says_key=parameters.get("key") is True)
    reasons = [f"Tiêu chí số {one.number} ({one.name})" for one in found.criteria if one.number in numbers]
    return {**facts.parameters(), "reasons": reasons}


def revocation_decision(move: Move, parameters: Data, data: Data) -> Data:
    """Return what the decision says and what the public register says of it, with the council's result.

    Raises:
        OperationMisplaced: The council did not agree.
    """
    if parameters.get("passed") is not True:
        raise OperationMisplaced(operation="revocation_decision", why="the council did not agree")
    standing, work = _standing(move, parameters), move.work
    found, holder, tier = _in_force(move, parameters), _holder(move, standing), TIERS[standing.tier]
    council, held_on = council_of(parameters, move)
    unit = next(one for one in work.people.units(move.instance.agency_id) if one.id == coordinating(move))
    former = work.publications.find_of_document(standing.document_id) if standing.document_id else None
    findings = str(parameters.get("findings") or "")
    return {
        "facts": {
            "holder": holder,
            "tier": tier,
            "bases": [*BASES, found.source, findings],
            "council": council,
            "council_date": held_on,
            **{name: parameters.get(name) for name in ("agreed", "present", "percent", "failed", "total", "reasons")},
            "proposer": unit.name,
            "decision_number": standing.decision,
            "decision_date": standing.decided_on.isoformat(),
            "share": _share(parameters),
            "criteria": found.name,
        },
        "about": {
            "kind": "revocation",
            "title": f"Thu hồi Quyết định công nhận {holder} đạt chuẩn {tier}",
            "holder": holder,
            "award": tier,
            "subject_id": str(standing.locality_id),
            "facts": [["Quyết định bị thu hồi", standing.decision], ["Bộ tiêu chí", found.name]],
            "recipients": _recipients(move, standing),
            "revokes": str(former.id) if former else None,
        },
    }


def record_revocation(move: Move, parameters: Data, data: Data) -> Data:
    """Note that the issued *decision* took the recognition away.

    Raises:
        AchievementNotFound: Another decision did before.
    """
    work, standing = move.work, _standing(move, parameters)
    decision = work.documents.get(_decision_id(parameters))
    if not isinstance(decision, OutgoingDocument) or decision.number is None or decision.issued_date is None:
        raise OperationMisplaced(operation="record_revocation", why="the decision is not issued")
    locked = work.achievements.lock(standing.locality_id, standing.tier)
    work.achievements.save(locked.revoked(decision.number, decision.issued_date, decision.id))
    work.record(
        AchievementRevokedByDecision(
            by=move.by,
            at=move.at,
            agency_id=locked.agency_id,
            achievement_id=locked.id,
            locality_id=locked.locality_id,
            tier=locked.tier.value,
            decision=decision.number,
            revoked_on=decision.issued_date,
            document_id=decision.id,
        )
    )
    move.document = replace(move.incoming(), result=f"Thu hồi theo Quyết định số {decision.number}")
    return {"number": decision.number}


def no_revocation_facts(move: Move, parameters: Data, data: Data) -> Data:
    """Return what the notice says where nothing is revoked: by the rules, by the council, or as the head gave it up."""
    standing, document = _standing(move, parameters), move.incoming()
    reason = _why_not(parameters)
    return {
        "facts": {
            "holder": _holder(move, standing),
            "tier": TIERS[standing.tier],
            "decision_number": standing.decision,
            "request_number": f"{document.code_number}/{document.code_notation}",
            "request_date": document.issued_date.isoformat(),
            "request_agency": document.organ_name,
            "reason": reason,
        },
        "recipients": _recipients(move, standing),
        "reason": reason,
        "signer": chief_of_office(move),
    }


def _why_not(parameters: Data) -> str:
    if parameters.get("revoke") is not True:
        said = GROUNDS[str(parameters.get("ground"))]
        return said.format(
            failed=parameters.get("failed"),
            total=parameters.get("total"),
            share=str(_share(parameters)).replace(".", ","),
        )
    if parameters.get("passed") is not True:
        return f"Hội đồng không tán thành ({parameters.get('agreed')}/{parameters.get('present')} thành viên dự họp)"
    return "Không ban hành quyết định thu hồi"


def _share(parameters: Data) -> str:
    facts = RevocationFacts(
        failed=int(str(parameters.get("failed"))), key_failed=0, unknown=0, total=int(str(parameters.get("total")))
    )
    return str((Decimal(facts.failed) * 100 / facts.total).quantize(Decimal("0.1")))


def _standing(move: Move, parameters: Data) -> Achievement:
    """Return the recognition that is to be revoked. Raises AchievementNotFound: it does not stand any more."""
    try:
        locality_id, tier = LocalityId(UUID(str(parameters.get("locality")))), Tier(str(parameters.get("tier")))
    except ValueError as cause:
        raise OperationMisplaced(operation="revocation", why="locality or level is none") from cause
    found = move.work.achievements.find(locality_id, tier)
    if found is None or found.agency_id != move.instance.agency_id:
        raise AchievementNotFound
    return found


def _in_force(move: Move, parameters: Data) -> CriteriaSet:
    return move.work.criteria_sets.in_force(Tier(str(parameters.get("tier"))), office_date(move.at))


def _holder(move: Move, standing: Achievement) -> str:
    return move.work.localities.get(standing.locality_id).name


def _recipients(move: Move, standing: Achievement) -> list[str]:
    agency_id = move.work.localities.get(standing.locality_id).agency_id
    return [str(agency_id)] if agency_id else []


def _decision_id(parameters: Data) -> DocumentId:
    try:
        return DocumentId(UUID(str(parameters.get("decision"))))
    except ValueError as cause:
        raise OperationMisplaced(operation="record_revocation", why="the decision is no id") from cause
