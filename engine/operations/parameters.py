"""What each operation can be given besides the document it works on, and what is wrong with what it is given.

A model names these in its service tasks; who tries a stuck step again may give others. What an operation does not know
is refused by name, never passed over in silence.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Final

from engine.documents import Document, OutgoingDocument
from engine.errors import FieldError, Invalid
from engine.operations.move import Data
from engine.validations import Level

MAX_PLACE: Final = 100
LEVELS: Final = (Level.TIMED, Level.LONG_TERM, Level.ARCHIVAL)

Judge = Callable[[object, Document, datetime], str | None]
"""Says in a sentence what is wrong with a value for this document at this moment, or None."""


class ParametersUnfit(Invalid):
    """An operation was given what it does not know, or cannot use; every wrong parameter is named."""

    code = "operation.parameters_unfit"
    template = "The step was given parameters that it cannot use: %(names)s. Try it again with others."


def _text(value: object, _document: Document, _at: datetime) -> str | None:
    return None if isinstance(value, str) else "This is to be a text."


def _same_document(value: object, document: Document, _at: datetime) -> str | None:
    return None if value == str(document.id) else "The step works on the document of its procedure and on no other."


def _place(value: object, _document: Document, _at: datetime) -> str | None:
    fits = isinstance(value, str) and 0 < len(value.strip()) <= MAX_PLACE and value.isprintable()
    return None if fits else "This is to be the name of a place, of at most 100 characters."


def _moment(value: object, _document: Document, at: datetime) -> str | None:
    wrong = "This is to be a moment that has passed, with its offset: 2026-11-20T08:00:00+07:00."
    try:
        given = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return wrong
    return wrong if given is None or given.tzinfo is None or given > at else None


def _level(value: object, _document: Document, _at: datetime) -> str | None:
    return None if value in LEVELS else "This is to be one of the levels B-T, B-LT and B-LTA."


def _recipients(value: object, document: Document, _at: datetime) -> str | None:
    known = {str(agency_id) for agency_id in document.recipients} if isinstance(document, OutgoingDocument) else set()
    fits = isinstance(value, list) and all(isinstance(one, str) for one in value) and known.issuperset(value)
    return None if fits else "This is to be a list of ids of agencies that are recipients of the document."


def _whole(value: object, _document: Document, _at: datetime) -> str | None:
    return None if isinstance(value, int) and not isinstance(value, bool) else "This is to be a whole number."


def _day(value: object, _document: Document, _at: datetime) -> str | None:
    wrong = "This is to be a date: 2026-11-20."
    if value is None:
        return None
    try:
        return None if isinstance(value, str) and date.fromisoformat(value) else wrong
    except ValueError:
        return wrong


def _texts(value: object, _document: Document, _at: datetime) -> str | None:
    fits = isinstance(value, list) and all(isinstance(one, str) for one in value)
    return None if fits else "This is to be a list of texts."


def _truth(value: object, _document: Document, _at: datetime) -> str | None:
    return None if isinstance(value, bool) else "This is to be true or false."


def _truth_or_none(value: object, document: Document, at: datetime) -> str | None:
    return None if value is None else _truth(value, document, at)


def _mapping(value: object, _document: Document, _at: datetime) -> str | None:
    fits = isinstance(value, dict) and all(isinstance(name, str) for name in value)
    return None if fits else "This is to be a mapping of names to values."


def _text_or_none(value: object, _document: Document, _at: datetime) -> str | None:
    return None if value is None or isinstance(value, str) else "This is to be a text, or nothing."


TAKES: Final[Mapping[str, Mapping[str, Judge]]] = {
    "register_delivered": {},
    "refuse_delivery": {"reason": _text},
    "record_directive": {},
    "record_assignment": {},
    "record_return": {"step": _text, "reason": _text},
    "close_document": {},
    "submit_draft": {},
    "request_signature": {},
    "take_number": {},
    "step_back": {"step": _text, "reason": _text},
    "issue_document": {},
    "accept_target": {},
    "refuse_target": {},
    "close_registration": {},
    "approve_copy": {},
    "refuse_copy": {},
    "take_copy_number": {},
    "put_to_council": {"council": _text, "question": _text, "form": _text},
    "withdraw_matter": {"matter_id": _text},
    "read_council_result": {"matter_id": _text},
    "make_minutes": {"document_id": _same_document, "matter_id": _text, "unit_id": _text},
    "register_ocop_slip": {},
    "await_ocop_entity": {},
    "go_on_with_ocop_check": {},
    "prepare_ocop_proposal": {},
    "submit_ocop_proposal": {"proposal": _text},
    "give_back_ocop_dossier": {},
    "end_ocop_proposal": {},
    "receive_ocop_dossier": {},
    "ask_ocop_supplement": {},
    "take_ocop_supplement": {},
    "accept_ocop_dossier": {},
    "refuse_ocop_dossier": {},
    "judge_ocop_sheets": {},
    "close_ocop_dossier": {},
    "take_ocop_sheet": {"member": _text},
    "rescore_ocop_product": {},
    "give_up_ocop_sheet": {},
    "conclude_ocop_rating": {"matter": _text},
    "record_ocop_rating": {"decision": _text},
    "print_ocop_form": {"document_id": _same_document, "drafter": _text},
    "print_ocop_sheet": {"document_id": _same_document, "member": _text},
    "receive_case": {},
    "ask_supplement": {},
    "take_supplement": {},
    "refuse_case": {},
    "send_case_result": {},
    "return_case_result": {},
    "register_opinion_request": {},
    "answer_case_opinion": {},
    "note_opinion_silence": {},
    "end_opinion_request": {},
    "next_case_step": {"to": _text},
    "finish_case": {"result": _text},
    "check_self_assessment": {},
    "publish_draft": {"place": _text, "until": _day},
    "check_contributions": {},
    "check_survey": {},
    "check_parts": {},
    "judge_meeting": {},
    "submit_dossier": {},
    "withdraw_dossier": {"reason": _text},
    "ask_dossier_supplement": {"reason": _text, "until": _day},
    "accept_dossier": {},
    "decide_dossier": {"decision": _text},
    "refuse_dossier": {"reason": _text},
    "open_recognition": {},
    "plan_appraisal": {},
    "check_appraisal": {"indicators": _texts, "unit": _text},
    "judge_appraisal": {},
    "notice_facts": {"reason": _text, "parts": _text_or_none, "days": _whole, "grace": _whole},
    "pause_clock": {"reason": _text},
    "resume_clock": {},
    "remind_supplement": {},
    "end_withdrawn": {},
    "recognition_facts": {
        **dict.fromkeys(("agreed", "present"), _whole),
        "passed": _truth,
        "percent": _text,
        "matter": _text,
    },
    "record_recognition": {"decision": _text},
    "open_revocation": {"locality": _text, "tier": _text},
    "count_failing": {"tier": _text, "failing": _text_or_none, "key": _truth_or_none},
    "revocation_decision": {
        **dict.fromkeys(("agreed", "present", "failed", "total"), _whole),
        **dict.fromkeys(("locality", "tier", "percent", "matter", "findings"), _text),
        "passed": _truth,
        "reasons": _texts,
    },
    "record_revocation": {"locality": _text, "tier": _text, "decision": _text},
    "no_revocation_facts": {
        **dict.fromkeys(("agreed", "present", "failed", "total"), _whole),
        **dict.fromkeys(("locality", "tier", "ground"), _text),
        **dict.fromkeys(("revoke", "passed"), _truth),
    },
    "archive_dossier": {"document_id": _same_document},
    "check_signatures": {"document_id": _same_document, "at": _moment},
    "fill_number": {"document_id": _same_document, "place": _place},
    "extend_signatures": {"document_id": _same_document, "level": _level},
    "mark_initials": {"document_id": _same_document},
    "print_copy": {"document_id": _same_document},
    "archive": {"document_id": _same_document},
    "deliver": {"document_id": _same_document, "recipients": _recipients},
    "make_draft": {
        **dict.fromkeys(("type", "subject", "body", "drafter", "signer", "unit_id"), _text),
        "urgency": _whole,
        "recipients": _texts,
        "others": _texts,
    },
    "draft_from_template": {
        **dict.fromkeys(("template", "drafter", "unit_id"), _text),
        "signer": _text_or_none,
        "urgency": _whole,
        "recipients": _texts,
        "data": _mapping,
    },
    "publish": {"decision": _text, "about": _mapping, "revokes": _text_or_none},
    "note_announcement": {"publication": _text, "on": _text, "place": _text, "media": _text_or_none},
}
"""The parameters of every operation.

Time-stamp services, trust and keys are of the installation (`docs/operations.md`), so none is chosen here.
"""


def errors_in(operation: str, parameters: Data, document: Document, at: datetime) -> tuple[FieldError, ...]:
    """Return what is wrong with the parameters of an operation, each under 'parameters/name'."""
    takes = TAKES[operation]
    errors = []
    for name, value in parameters.items():
        if name not in takes:
            known = ", ".join(sorted(takes)) or "–"
            message = f"'{operation}' knows no parameter '{name}'. It takes: {known}."
            errors.append(FieldError(field=f"parameters/{name}", code="unknown", message=message))
        elif said := takes[name](value, document, at):
            errors.append(FieldError(field=f"parameters/{name}", code="unfit", message=said))
    return tuple(errors)


def require_known(operation: str, parameters: Data, document: Document, at: datetime) -> None:
    """Raise ParametersUnfit unless the operation knows every parameter and can use it."""
    errors = errors_in(operation, parameters, document, at)
    if errors:
        raise ParametersUnfit(errors=errors, names=", ".join(error.field.partition("/")[2] for error in errors))
