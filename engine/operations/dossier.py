"""What procedures do with dossiers: judge whether one is ready, submit it, and settle it where it is decided on.

The procedure works on the document of the dossier: where it is composed, the one that covers it; where it is decided
on, the incoming one it arrived with.
"""

from dataclasses import replace
from datetime import date
from typing import Final
from uuid import UUID

from engine import assessing, submitting
from engine.assessments import Stage, values_at
from engine.deliveries import Delivery, DeliveryState
from engine.documents import OutgoingDocument, OutgoingState
from engine.dossier_errors import DossierNotInState, EvidenceSwapped
from engine.dossier_kinds import COVER
from engine.dossier_readiness import REFUSED, Step, readiness
from engine.dossiers import Dossier, PartFile
from engine.events import DeliveryArrived
from engine.ids import DeliveryId, DocumentId
from engine.operations.deliver import arrived
from engine.operations.move import Data, Move, OperationMisplaced
from engine.public_drafts import PublicDraft
from engine.survey_events import DraftPublished

RECOGNITION: Final = "ntm_recognition"
"""The procedure that handles a dossier for recognition where it is decided on."""
CATCHABLE: Final = (DossierNotInState, EvidenceSwapped)
"""What these may end with that a model may expect."""
SUPPLEMENTED: Final = "dossier_supplemented"
"""The message that tells it that a supplement was submitted; its correlation is the id of the dossier."""


def check_self_assessment(move: Move, parameters: Data, data: Data) -> Data:
    """Say whether every indicator and condition has value and evidence, but for what a survey counts later."""
    return _ready(Step.SELF_ASSESSMENT, move)


def publish_draft(move: Move, parameters: Data, data: Data) -> Data:
    """Put the self-assessment as it stands now before the public, at *place* and on its page, *until* a day."""
    dossier, work = dossier_of(move), move.work
    code = work.verifications.find_code(move.document.id)
    if code is None or dossier.locality_id is None:
        raise OperationMisplaced(operation="publish_draft", why="the dossier is of no locality, or has no code")
    newest = work.public_drafts.find_newest(dossier.id)
    draft = PublicDraft(
        dossier_id=dossier.id,
        ordinal=newest.ordinal + 1 if newest else 1,
        agency_id=dossier.agency_id,
        locality_id=dossier.locality_id,
        code=code,
        place=str(parameters.get("place") or ""),
        until=date.fromisoformat(str(parameters.get("until"))),
        published_at=move.at,
        published_by=move.by,
        values=values_at(work.assessments.of(dossier.id), Stage.SELF),
    )
    work.public_drafts.add(draft)
    work.record(
        DraftPublished(
            by=move.by,
            at=move.at,
            agency_id=draft.agency_id,
            dossier_id=dossier.id,
            draft=draft.ordinal,
            until=draft.until,
        )
    )
    return {"code": code, "until": draft.until.isoformat()}


def check_contributions(move: Move, parameters: Data, data: Data) -> Data:
    """Say whether the draft was published long enough, something was recorded, and every opinion is answered."""
    return _ready(Step.OPINIONS, move)


def check_survey(move: Move, parameters: Data, data: Data) -> Data:
    """Say whether the last survey is closed and suffices, in coverage and rate."""
    return _ready(Step.SURVEY, move)


def check_parts(move: Move, parameters: Data, data: Data) -> Data:
    """Say whether every required part but the covering document has a file, and nothing else is missing."""
    return _ready(Step.PARTS, move)


def _ready(step: Step, move: Move) -> Data:
    found = readiness(step, dossier_of(move), move.at, move.work)
    if found.ready:
        return {"ready": True}
    return {"ready": False, "code": found.missing[0].code, "missing": [str(one) for one in found.missing]}


def judge_meeting(move: Move, parameters: Data, data: Data) -> Data:
    """Say whether the newest meeting agreed to propose recognition; *valid* is false where none is recorded.

    What share is wanted stands in its set of criteria; the 90 % where it does not are from memory (domain rules, 5.4).
    """
    meeting = move.work.proposal_meetings.find_newest(dossier_of(move).id)
    if meeting is None:
        return {"valid": False, "passed": False}
    counted = {"present": meeting.present, "agreed": meeting.agreed, "percent": meeting.percent_text}
    return {"valid": True, "passed": meeting.passed, **counted}


def submit_dossier(move: Move, parameters: Data, data: Data) -> Data:
    """Submit the dossier with its issued covering document, the first time or with what was supplied.

    The first time an incoming document of it is made where it is decided on, and its procedure is started there.
    *submitted* is false, with the code of the rule, where it is too late or its rules are not in force any more.
    """
    dossier, document = dossier_of(move), move.outgoing()
    if document.state is not OutgoingState.ISSUED or document.number is None:
        raise OperationMisplaced(operation="submit_dossier", why="its covering document is not issued")
    try:
        dossier.require_in_time(move.at)
        assessing.require_in_force(dossier, move.at, move.work)
    except REFUSED as refused:
        return {"submitted": False, "code": refused.code}
    if dossier.submissions:
        return _submit_again(dossier, move)
    name = f"{document.number.replace('/', '-')}.pdf"
    cover = PartFile(file_id=document.file_id, name=name, added_at=move.at, added_by=move.by)
    whole = dossier.with_file(COVER, cover)
    move.work.dossiers.add_file(dossier.id, COVER, cover)
    incoming_id = DocumentId(move.work.new_id())
    content = assessing.content_of(whole, move.work)
    sent = replace(whole, received_document_id=incoming_id)
    submitting.submit(sent, content, by=move.by, at=move.at, work=move.work)
    _deliver(sent, incoming_id, document, move)
    return {"submitted": True, "submission": 1, "document_id": str(incoming_id)}


def _submit_again(dossier: Dossier, move: Move) -> Data:
    content = assessing.content_of(dossier, move.work)
    sent = submitting.submit(dossier, content, by=move.by, at=move.at, work=move.work)
    submitting.tell(sent, sent.receiver_id, SUPPLEMENTED, move.work)
    return {"submitted": True, "submission": len(sent.submissions), "document_id": str(sent.received_document_id)}


def _deliver(dossier: Dossier, incoming_id: DocumentId, document: OutgoingDocument, move: Move) -> None:
    work = move.work
    delivery = Delivery(
        id=DeliveryId(work.new_id()),
        from_agency=document.agency_id,
        to_agency=dossier.receiver_id,
        outgoing_id=document.id,
        incoming_id=incoming_id,
        state=DeliveryState.ARRIVED,
        sent_at=move.at,
        state_at=move.at,
    )
    known = work.definitions.find_active(RECOGNITION) is not None
    key = RECOGNITION if known else "incoming_document"
    more = {"dossier_id": str(dossier.id)} if known else {}
    move.start_procedure(key, arrived(delivery, document, move), {"via": "delivered", **more})
    work.deliveries.add(delivery)
    work.record(
        DeliveryArrived(
            by=move.by,
            at=move.at,
            agency_id=dossier.receiver_id,
            delivery_id=delivery.id,
            document_id=incoming_id,
            from_agency=document.agency_id,
            outgoing_id=document.id,
        )
    )


def withdraw_dossier(move: Move, parameters: Data, data: Data) -> Data:
    """Take the dossier back, with *reason*."""
    submitting.withdraw(dossier_of(move), _reason(parameters), by=move.by, at=move.at, work=move.work)
    return {}


def ask_dossier_supplement(move: Move, parameters: Data, data: Data) -> Data:
    """Ask for a supplement of the dossier, with *reason* and perhaps *until*, the last day for it."""
    until = parameters.get("until")
    day = date.fromisoformat(until) if isinstance(until, str) and until else None
    submitting.ask_supplement(dossier_of(move), _reason(parameters), day, by=move.by, at=move.at, work=move.work)
    return {"until": until if day else None}


def accept_dossier(move: Move, parameters: Data, data: Data) -> Data:
    """Note that the dossier is complete, and that it still is what was submitted."""
    dossier = dossier_of(move)
    dossier.require_unswapped(assessing.content_of(dossier, move.work))
    submitting.accept(dossier, by=move.by, at=move.at, work=move.work)
    return {"rules": dossier.rules_id}


def decide_dossier(move: Move, parameters: Data, data: Data) -> Data:
    """Note that the dossier was decided on, by the document *decision*; it must still be what was submitted."""
    dossier, decision = dossier_of(move), parameters.get("decision")
    dossier.require_unswapped(assessing.content_of(dossier, move.work))
    document_id = DocumentId(move.work.documents.get(DocumentId(_id(decision))).id) if decision else None
    submitting.decide(dossier, document_id, by=move.by, at=move.at, work=move.work)
    return {}


def refuse_dossier(move: Move, parameters: Data, data: Data) -> Data:
    """Refuse the dossier, with *reason*."""
    submitting.refuse(dossier_of(move), _reason(parameters), by=move.by, at=move.at, work=move.work)
    return {}


def dossier_of(move: Move) -> Dossier:
    """Return the dossier of the document, locked; raises OperationMisplaced where it has none."""
    known = move.work.dossiers.find_of_document(move.document.id)
    if known is None:
        raise OperationMisplaced(operation="dossier", why="the document belongs to no dossier")
    return move.work.dossiers.lock(known.id)


def _reason(parameters: Data) -> str:
    return str(parameters.get("reason") or "").strip()


def _id(value: object) -> UUID:
    try:
        return UUID(str(value))
    except ValueError as cause:
        raise OperationMisplaced(operation="decide_dossier", why=f"'{value}' is no id") from cause
