"""The operations a model may name, by kind; anything else is refused at deployment."""

from collections.abc import Mapping
from typing import Final

from engine.definitions import OperationKind
from engine.operations import (
    copying,
    council,
    dossier,
    dossier_closing,
    drafting,
    incoming,
    initials,
    jobs,
    ocop,
    ocop_sheets,
    one_stop,
    outgoing,
    publishing,
    recognition,
    revocation,
    targeting,
    templating,
)
from engine.operations.jobs import JobOperation
from engine.operations.move import Inline
from engine.operations.parameters import TAKES

INLINE: Final[Mapping[str, Inline]] = {
    "register_delivered": incoming.register_delivered,
    "refuse_delivery": incoming.refuse_delivery,
    "record_directive": incoming.record_directive,
    "record_assignment": incoming.record_assignment,
    "record_return": incoming.record_return,
    "close_document": incoming.close_document,
    "submit_draft": outgoing.submit_draft,
    "request_signature": outgoing.request_signature,
    "take_number": outgoing.take_number,
    "step_back": outgoing.step_back,
    "issue_document": outgoing.issue_document,
    "accept_target": targeting.accept_target,
    "refuse_target": targeting.refuse_target,
    "close_registration": targeting.close_registration,
    "approve_copy": copying.approve_copy,
    "refuse_copy": copying.refuse_copy,
    "take_copy_number": copying.take_copy_number,
    "publish": publishing.publish,
    "open_recognition": recognition.open_recognition,
    "plan_appraisal": recognition.plan_appraisal,
    "check_appraisal": recognition.check_appraisal,
    "judge_appraisal": recognition.judge_appraisal,
    "notice_facts": recognition.notice_facts,
    "pause_clock": recognition.pause_clock,
    "resume_clock": recognition.resume_clock,
    "remind_supplement": recognition.remind_supplement,
    "end_withdrawn": recognition.end_withdrawn,
    "recognition_facts": recognition.recognition_facts,
    "record_recognition": recognition.record_recognition,
    "open_revocation": revocation.open_revocation,
    "count_failing": revocation.count_failing,
    "revocation_decision": revocation.revocation_decision,
    "record_revocation": revocation.record_revocation,
    "no_revocation_facts": revocation.no_revocation_facts,
    "note_announcement": publishing.note_announcement,
    "put_to_council": council.put_to_council,
    "withdraw_matter": council.withdraw_matter,
    "read_council_result": council.read_council_result,
    "receive_ocop_dossier": ocop.receive_ocop_dossier,
    "ask_ocop_supplement": ocop.ask_ocop_supplement,
    "take_ocop_supplement": ocop.take_ocop_supplement,
    "accept_ocop_dossier": ocop.accept_ocop_dossier,
    "refuse_ocop_dossier": ocop.refuse_ocop_dossier,
    "take_ocop_sheet": ocop.take_ocop_sheet,
    "judge_ocop_sheets": ocop.judge_ocop_sheets,
    "record_ocop_rating": ocop.record_ocop_rating,
    "close_ocop_dossier": ocop.close_ocop_dossier,
    "receive_case": one_stop.receive_case,
    "next_case_step": one_stop.next_case_step,
    "ask_supplement": one_stop.ask_supplement,
    "take_supplement": one_stop.take_supplement,
    "refuse_case": one_stop.refuse_case,
    "send_case_result": one_stop.send_case_result,
    "finish_case": one_stop.finish_case,
    "return_case_result": one_stop.return_case_result,
    "check_self_assessment": dossier.check_self_assessment,
    "publish_draft": dossier.publish_draft,
    "check_contributions": dossier.check_contributions,
    "check_survey": dossier.check_survey,
    "check_parts": dossier.check_parts,
    "judge_meeting": dossier.judge_meeting,
    "submit_dossier": dossier.submit_dossier,
    "withdraw_dossier": dossier.withdraw_dossier,
    "ask_dossier_supplement": dossier.ask_dossier_supplement,
    "accept_dossier": dossier.accept_dossier,
    "decide_dossier": dossier.decide_dossier,
    "refuse_dossier": dossier.refuse_dossier,
}

JOBS: Final[Mapping[str, JobOperation]] = {
    "check_signatures": jobs.check_signatures,
    "fill_number": jobs.fill_number,
    "extend_signatures": jobs.extend_signatures,
    "archive": jobs.archive,
    "deliver": jobs.deliver_document,
    "make_draft": drafting.make_draft,
    "draft_from_template": templating.draft_from_template,
    "archive_dossier": dossier_closing.archive_dossier,
    "mark_initials": initials.mark_initials,
    "print_copy": copying.print_copy,
    "print_ocop_sheet": ocop_sheets.print_ocop_sheet,
    "make_minutes": council.make_minutes,
}

OPERATIONS: Final[Mapping[str, OperationKind]] = {
    **dict.fromkeys(INLINE, OperationKind.INLINE),
    **dict.fromkeys(JOBS, OperationKind.JOB),
}

PARAMETERS: Final[Mapping[str, frozenset[str]]] = {name: frozenset(TAKES[name]) for name in OPERATIONS}
"""What each can be given."""
CATCHABLE: Final = (*jobs.CATCHABLE, drafting.DraftRefused, *dossier.CATCHABLE)
"""What an operation may end with that a model may expect: an error of BPMN by the code of the class."""
