"""What the procedure of an OCOP dossier does at the province: receive, complete, score on signed sheets, recognise.

Source: Decision 26/2026/QĐ-TTg.
"""

from dataclasses import replace
from datetime import date
from typing import Final
from uuid import UUID

from engine import submitting
from engine.councils import NoCouncil
from engine.deadlines import office_date
from engine.documents import IncomingDocument, IncomingState, OutgoingDocument, OutgoingState
from engine.dossiers import Dossier, DossierState
from engine.events import Private
from engine.heads import head_in_office
from engine.ids import DocumentId, OcopRatingId, RubricId, UnitId
from engine.ocop_events import OcopReceived, OcopRecognised, OcopScoredAnew
from engine.ocop_proposals import Proposal, SheetMissing, SupplementAwaited
from engine.ocop_ratings import Rating, require_decider
from engine.ocop_results import (
    LAW,
    MINISTRY,
    Voted,
    approval_body,
    facts_for,
    notice_body,
    printed,
    proposal_body,
    put_to_vote,
    result_of,
    stars_of,
)
from engine.ocop_terms import Decider, result_due
from engine.operations.incoming import take_arrival_number
from engine.operations.move import Data, Move, OperationMisplaced, text_of
from engine.operations.recognition import asked_in_writing, council_of
from engine.scoring import Result, judge, shown

COUNCIL: Final = "ocop"


def receive_ocop_dossier(move: Move, parameters: Data, data: Data) -> Data:
    """Register the slip of the dossier and give it its serial in the province."""
    dossier, proposal = _locked(move)
    document = take_arrival_number(move.incoming(), move)
    unit = text_of(data, "register", "unit")
    move.document = document.read_by(units=[UnitId(UUID(unit))] if unit else [])
    serial = move.work.ocop.register.next_serial(f"slip:{document.agency_id}", office_date(move.at).year)
    received = proposal.received(serial)
    move.work.ocop.proposals.save(received)
    move.work.record(
        OcopReceived(
            by=move.by,
            at=move.at,
            agency_id=document.agency_id,
            dossier_id=dossier.id,
            document_id=document.id,
            slip=received.slip,
        )
    )
    return {"arrival_number": document.arrival_number, "slip": received.slip, "purpose": proposal.purpose.value}


def ask_ocop_supplement(move: Move, parameters: Data, data: Data) -> Data:
    """Ask the commune for what is missing; its files may change until it submits again, and the clock stands."""
    dossier, _ = _locked(move)
    reason = text_of(data, "check", "reason") or ""
    submitting.ask_supplement(dossier, reason, None, by=move.by, at=move.at, work=move.work)
    move.document = move.document.paused(move.at, "Chờ cấp xã bổ sung hồ sơ OCOP")
    return {}


def take_ocop_supplement(move: Move, parameters: Data, data: Data) -> Data:
    """Go on with the supplemented dossier. Raises SupplementAwaited until the commune has submitted it again."""
    dossier, _ = _locked(move)
    if dossier.state is not DossierState.SUBMITTED:
        raise SupplementAwaited
    document = move.incoming().resumed(move.at)
    move.document = document.put_off(document.pauses[-1], move.work.calendars.of(document.agency_id))
    return {"submission": len(dossier.submissions)}


def accept_ocop_dossier(move: Move, parameters: Data, data: Data) -> Data:
    """Note that the dossier is complete, and say who of the council in office scores the product.

    Raises:
        NoCouncil: The agency has no council for OCOP in office.
    """
    dossier, proposal = _locked(move)
    council = move.work.councils.find_for(move.document.agency_id, COUNCIL, office_date(move.at))
    if council is None:
        raise NoCouncil(purpose=COUNCIL)
    submitting.accept(dossier, by=move.by, at=move.at, work=move.work)
    members = [member.person_id for member in council.members if member.votes]
    move.document = _under_way(move, dossier, proposal).read_by(people=members)
    product = move.work.ocop.register.get(proposal.product_id)
    return {
        "members": [{"person": str(member)} for member in members],
        "question": f"Kết quả đánh giá, phân hạng sản phẩm {product.name}",
        "form": "written" if proposal.purpose.value == "rerank" else "meeting",
    }


def _under_way(move: Move, dossier: Dossier, proposal: Proposal) -> IncomingDocument:
    """Return the slip as under way, due when the result is: with its round, or 45 days from now."""
    today, proposed = office_date(move.at), office_date(dossier.submissions[0].at)
    due = result_due(proposal.purpose, proposed, today, proposal.finish_by)
    return replace(move.incoming().in_state(IncomingState.IN_PROGRESS), due_date=due)


def refuse_ocop_dossier(move: Move, parameters: Data, data: Data) -> Data:
    """Refuse the dossier with the reason of the check."""
    dossier, _ = _locked(move)
    reason = text_of(data, "check", "reason") or ""
    submitting.refuse(dossier, reason, by=move.by, at=move.at, work=move.work)
    move.document = move.incoming().in_state(IncomingState.CLOSED)
    return {}


def rescore_ocop_product(move: Move, parameters: Data, data: Data) -> Data:
    """Begin another round of scoring: every member fills in a sheet anew, earlier ones stay on record."""
    dossier, proposal = _locked(move)
    anew = proposal.scored_anew()
    move.work.ocop.proposals.save(anew)
    move.work.record(
        OcopScoredAnew(
            by=move.by,
            at=move.at,
            agency_id=move.document.agency_id,
            dossier_id=dossier.id,
            scoring_round=anew.scoring_round,
            reason=Private(value=text_of(data, "settle", "reason") or ""),
        )
    )
    return {"scoring_round": anew.scoring_round}


def take_ocop_sheet(move: Move, parameters: Data, data: Data) -> Data:
    """Take the member's score sheet of this round. Raises SheetMissing where it is not filled in."""
    dossier, proposal = _locked(move)
    member = str(parameters.get("member"))
    sheets = proposal.of_round(move.work.ocop.proposals.sheets(dossier.id))
    sheet = next((one for one in sheets if str(one.member_id) == member), None)
    if sheet is None:
        raise SheetMissing
    return {"sheet_id": str(sheet.id), "total": sheet.score.total}


def judge_ocop_sheets(move: Move, parameters: Data, data: Data) -> Data:
    """Say what the signed sheets of this round come to: exact mean, stars, gates that are not met."""
    dossier, proposal = _locked(move)
    result = _result(dossier, proposal, move)
    kept = result_of(result)
    move.work.ocop.proposals.save(proposal.judged(kept))
    head = head_in_office(move.document.agency_id, move.at, move.work)
    if head is None:
        raise OperationMisplaced(operation="judge_ocop_sheets", why="the agency has no head")
    question = text_of(data, "accept", "question") or move.document.subject
    return {
        "stars": result.stars or 0,
        "score": str(shown(result.mean)),
        "signer": str(head.id),
        "question": put_to_vote(question, kept),
    }


def conclude_ocop_rating(move: Move, parameters: Data, data: Data) -> Data:
    """Say what decision, notice or proposal tells of the result that the council voted on, and when it did."""
    dossier, proposal = _locked(move)
    work, result = move.work, proposal.result or {}
    council, day = council_of(parameters, move)
    voted = Voted(council=council, on=date.fromisoformat(day), in_writing=asked_in_writing(parameters, move))
    product = work.ocop.register.get(proposal.product_id)
    entity = work.ocop.register.get_entity(product.entity_id)
    unit = text_of(data, "register", "unit")
    proposer = next((one.name for one in work.people.units(move.document.agency_id) if str(one.id) == unit), LAW)
    return {
        "facts": facts_for(proposal, product, entity, voted, proposer),
        "about": {
            "kind": "rating",
            "title": f"Sản phẩm OCOP đạt {stars_of(proposal)} sao",
            "holder": f"{product.name} ({entity.name})",
            "subject_id": str(product.id),
            "facts": [["Mã sản phẩm", product.code or ""], ["Điểm trung bình", printed(result.get("shown"))]],
            "recipients": [str(dossier.agency_id)],
        },
        "notice": notice_body(result, product, entity, voted),
        "approval": approval_body(result, product, entity, voted),
        "proposal": proposal_body(result, product, entity, proposal.samples),
        "ministry": [MINISTRY],
    }


def record_ocop_rating(move: Move, parameters: Data, data: Data) -> Data:
    """Put the recognised rank on record by its issued decision; the certificate holds from the day of the decision.

    Raises:
        NoDecision, WrongDecider: The rank is not the provincial chairman's to recognise.
    """
    dossier, proposal = _locked(move)
    decision = _decision(move, parameters)
    stars = stars_of(proposal)
    require_decider(stars, Decider.PROVINCE_CHAIRMAN)
    rating = _rating(move, proposal, dossier, decision)
    move.work.ocop.ratings.add(rating)
    submitting.decide(dossier, decision.id, by=move.by, at=move.at, work=move.work)
    move.document = move.incoming().in_state(IncomingState.CLOSED)
    move.work.record(
        OcopRecognised(
            by=move.by,
            at=move.at,
            agency_id=rating.agency_id,
            product_id=rating.product_id,
            rating_id=rating.id,
            stars=rating.stars,
            mean=str(rating.mean),
            decision=rating.decision,
            issued_on=rating.issued_on,
            expires=rating.expires,
        )
    )
    return {"rating": str(rating.id), "stars": rating.stars, "expires": rating.expires.isoformat()}


def close_ocop_dossier(move: Move, parameters: Data, data: Data) -> Data:
    """End a dossier without a certificate of the province: 1 and 2 stars, an exclusion, 5 stars to the ministry."""
    dossier, _ = _locked(move)
    submitting.decide(dossier, None, by=move.by, at=move.at, work=move.work)
    move.document = move.incoming().in_state(IncomingState.CLOSED)
    return {}


def _locked(move: Move) -> tuple[Dossier, Proposal]:
    """Return the dossier handled with the document, and its proposal, both for changing."""
    found = move.work.dossiers.find_of_document(move.document.id)
    if found is None:
        raise OperationMisplaced(operation="ocop", why="no dossier is handled with the document")
    return move.work.dossiers.lock(found.id), move.work.ocop.proposals.lock(found.id)


def _result(dossier: Dossier, proposal: Proposal, move: Move) -> Result:
    sheets = [sheet for sheet in move.work.ocop.proposals.sheets(dossier.id) if sheet.signed]
    rubric = move.work.ocop.rubrics.get(RubricId(dossier.rules_id))
    return judge(rubric, [sheet.score for sheet in proposal.of_round(sheets)])


def _decision(move: Move, parameters: Data) -> OutgoingDocument:
    try:
        document = move.work.documents.get(DocumentId(UUID(str(parameters.get("decision")))))
    except ValueError as cause:
        raise OperationMisplaced(operation="record_ocop_rating", why="'decision' is no id") from cause
    if not isinstance(document, OutgoingDocument) or document.state is not OutgoingState.ISSUED:
        raise OperationMisplaced(operation="record_ocop_rating", why="the decision is not issued")
    return document


def _rating(move: Move, proposal: Proposal, dossier: Dossier, decision: OutgoingDocument) -> Rating:
    return Rating(
        id=OcopRatingId(move.work.new_id()),
        product_id=proposal.product_id,
        agency_id=move.document.agency_id,
        stars=stars_of(proposal),
        mean=_result(dossier, proposal, move).mean,
        rubric_id=RubricId(dossier.rules_id),
        decision=decision.number or "",
        issued_on=decision.issued_date or office_date(move.at),
        recorded_at=move.at,
        recorded_by=move.by,
        document_id=decision.id,
    )
