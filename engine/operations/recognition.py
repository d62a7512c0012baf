"""What the recognition of a commune or village does where it is decided on.

The procedure works on the incoming document of the dossier. Rules: QĐ 18/2022/QĐ-TTg as amended by QĐ 03/2024/QĐ-TTg.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final
from uuid import UUID

from engine import appraisals, assessing
from engine.achievements import TIERS, Achievement
from engine.agendas import leave_agendas
from engine.appraisals import Judgement
from engine.assessing import Rules
from engine.assessments import Stage
from engine.calendar_events import DocumentPaused, DocumentResumed
from engine.council_sessions import SessionForm
from engine.criteria import IndicatorFinding, Verdict
from engine.deadlines import office_date, working_days_after
from engine.documents import IncomingDocument, IncomingState, OutgoingDocument
from engine.dossiers import Dossier
from engine.events import Private
from engine.field_visits import FieldVisitUnfinished
from engine.ids import AchievementId, CriteriaSetId, DocumentId, MatterId, PersonId, UnitId
from engine.localities import LocalityKind
from engine.notices import NoticeKind
from engine.notify import about, notify
from engine.operations.dossier import dossier_of
from engine.operations.incoming import register_delivered
from engine.operations.move import Data, Move, OperationMisplaced
from engine.people import Role
from engine.ports import UnitOfWork

BASES: Final = (
    "Quyết định số 18/2022/QĐ-TTg của Thủ tướng Chính phủ quy định điều kiện, trình tự, thủ tục, hồ sơ xét, công nhận,"
    " công bố và thu hồi quyết định công nhận đạt chuẩn nông thôn mới",
    "Quyết định số 03/2024/QĐ-TTg của Thủ tướng Chính phủ sửa đổi, bổ sung Quyết định số 18/2022/QĐ-TTg",
)
LONGEST_SUPPLEMENT: Final = 90
LAST_DAY: Final = "Today is the last day to supply what was asked for: %(document)s"
WITHDRAWN_RESULT: Final = "Ủy ban nhân dân xã rút hồ sơ"


def open_recognition(move: Move, parameters: Data, data: Data) -> Data:
    """Hand the registered dossier to the unit that runs the programme; say who and what it is about.

    The result names ``dossier_id``, ``unit_id``, ``subject``, ``question`` and ``tier``.
    """
    dossier = dossier_of(move)
    rules, unit = assessing.rules_of(dossier, move.work), coordinating(move)
    readable = move.incoming().read_by(units={unit})
    move.document = readable.in_state(IncomingState.ASSIGNED)
    return {
        "dossier_id": str(dossier.id),
        "unit_id": str(unit),
        "subject": dossier.subject,
        "tier": rules.set.tier.value,
        "question": f"Đề nghị công nhận {_holder(dossier, move.work)} đạt chuẩn {TIERS[rules.set.tier]}",
    }


def plan_appraisal(move: Move, parameters: Data, data: Data) -> Data:
    """Say which units appraise which indicators; their people may read the dossier from now on.

    A unit that has nobody to appraise or to confirm is left out; what it is responsible for goes to the coordinating
    one.

    Raises:
        AppraisalUnstaffed: Nor has the coordinating one.
    """
    dossier, agency_id = dossier_of(move), move.instance.agency_id
    rules, unit_id = assessing.rules_of(dossier, move.work), coordinating(move)
    known = {unit.id: unit for unit in move.work.people.units(agency_id)}
    able = appraisals.staffed(known, move.work.people.of_agency(agency_id))
    appraisals.require_staffed(known[unit_id], able)
    units = {unit.symbol: unit.id for unit in known.values() if unit.id in able}
    found = appraisals.shares(rules.indicators, units, unit_id)
    move.document = move.document.read_by(units={share.unit_id for share in found})
    places = [{"unit": str(share.unit_id), "indicators": list(share.indicators)} for share in found]
    return {"units": places, "count": len(places), "unit_id": str(unit_id)}


def check_appraisal(move: Move, parameters: Data, data: Data) -> Data:
    """Refuse a unit's completion while one of its *indicators* has no appraised value, or a visit is a draft."""
    codes, dossier, unit = parameters.get("indicators"), dossier_of(move), parameters.get("unit")
    if not isinstance(codes, list):
        raise OperationMisplaced(operation="check_appraisal", why="no list of indicators is given")
    # Conditions have words for codes, which nobody needs to read.
    called = {one.code: one.name for one in assessing.rules_of(dossier, move.work).conditions}
    appraisals.require_appraised([str(code) for code in codes], move.work.assessments.of(dossier.id), called)
    for visit in move.work.field_visits.of_dossier(dossier.id):
        if not visit.is_recorded and str(visit.unit_id) == unit:
            raise FieldVisitUnfinished(days=visit.days or "–")
    return {"appraised": len(codes)}


def judge_appraisal(move: Move, parameters: Data, data: Data) -> Data:
    """Say whether all criteria and conditions are met as appraised, what fails, and what the report says of it."""
    dossier = dossier_of(move)
    rules, found = judged(dossier, Stage.APPRAISED, move.work)
    reported, visits = move.work.assessments.of(dossier.id), _visits(dossier, move)
    hindered = appraisals.said_hindrances(_standing(dossier, move.work), rules.set.tier)
    failures = [*(appraisals.said_finding(one) for one in found.failing), *hindered]
    differing = appraisals.said_differences(rules.indicators, reported)
    eligible = found.eligible and not hindered
    return {
        "eligible": eligible,
        "met": found.criteria.met,
        "total": len(found.criteria.criteria),
        "failures": failures,
        "facts": {
            **_request_facts(dossier, move),
            "bases": [*BASES, rules.set.source],
            "visits": len(visits),
            "visited": visits,
            "passed": found.criteria.met,
            "total": len(found.criteria.criteria),
            "differing": len(differing),
            "differences": list(differing),
            "failures": failures,
            "conditions": [_condition(one) for one in found.conditions],
            "eligible": eligible,
        },
        "signer": chief_of_office(move),
    }


def notice_facts(move: Move, parameters: Data, data: Data) -> Data:
    """Return what a notice to the commune says: *reason*, *parts*, and the day *days* working days from today.

    *lapses* is the day so many working days (*grace*) later, after which the dossier is given back.
    """
    dossier, given = dossier_of(move), parameters.get("days")
    days = min(given, LONGEST_SUPPLEMENT) if isinstance(given, int) and given > 0 else 1
    calendar = move.work.calendars.of(move.instance.agency_id)
    until = working_days_after(calendar, office_date(move.at), days)
    waits = parameters.get("grace")
    grace = waits if isinstance(waits, int) and 0 < waits <= LONGEST_SUPPLEMENT else 1
    reason, parts = str(parameters.get("reason") or ""), str(parameters.get("parts") or "")
    reasons = [one for one in (reason, *_failures(dossier, move.work)) if one]
    return {
        "facts": {
            **_request_facts(dossier, move),
            "reason": reason,
            "reasons": reasons,
            "parts": [line.strip() for line in parts.splitlines() if line.strip()],
            "until": until.isoformat(),
        },
        "recipients": [str(dossier.agency_id)],
        "until": until.isoformat(),
        "lapses": working_days_after(calendar, until, grace).isoformat(),
        "reason": "; ".join(reasons),
        "signer": chief_of_office(move),
    }


def remind_supplement(move: Move, parameters: Data, data: Data) -> Data:
    """Tell who composed the dossier, and those who wait for it, that today is the last day to supply what was asked."""
    dossier, work = dossier_of(move), move.work
    if dossier.own_document_id is not None:
        own = work.documents.get(dossier.own_document_id)
        news = about(own, NoticeKind.WORK, f"supplement:{dossier.id}:{len(dossier.submissions)}", LAST_DAY)
        notify([dossier.opened_by], news, at=move.at, work=work)
    return {"reminded": dossier.own_document_id is not None}


def end_withdrawn(move: Move, parameters: Data, data: Data) -> Data:
    """Stop dealing with a dossier that was withdrawn: its clock runs no more, and no council has it before it.

    One that was not registered yet is registered now: it came in, and it is archived. Where a session was convened on
    it, an open vote is void, and who presides and the secretary are told.
    """
    resume_clock(move, parameters, data)
    if move.incoming().arrival_number is None:
        register_delivered(move, parameters, data)
    left = leave_agendas(move.document.id, WITHDRAWN_RESULT, by=move.by, at=move.at, work=move.work)
    move.document = replace(move.incoming(), result=WITHDRAWN_RESULT)
    return {"matters": left}


def pause_clock(move: Move, parameters: Data, data: Data) -> Data:
    """Stop the clock of the document while the commune supplies what is missing."""
    reason = str(parameters.get("reason") or "Chờ bổ sung hồ sơ")[:500]
    move.document = move.document.paused(move.at, reason)
    move.work.record(
        DocumentPaused(
            by=move.by,
            at=move.at,
            agency_id=move.document.agency_id,
            document_id=move.document.id,
            reason=Private(value=reason),
        )
    )
    return {}


def resume_clock(move: Move, parameters: Data, data: Data) -> Data:
    """Let the clock of the document run again, if it stands; its due date moves by the working days it stood."""
    if move.document.pause is None:
        return {}
    calendar = move.work.calendars.of(move.instance.agency_id)
    document = move.incoming().resumed(move.at)
    move.document = document.put_off(document.pauses[-1], calendar)
    move.work.record(
        DocumentResumed(
            by=move.by,
            at=move.at,
            agency_id=document.agency_id,
            document_id=document.id,
            paused_since=document.pauses[-1].began,
            due_date=move.incoming().due_date,
            items=0,
        )
    )
    return {}


def recognition_facts(move: Move, parameters: Data, data: Data) -> Data:
    """Return what the decision says and what the public register says of it, with the council's result.

    Raises:
        OperationMisplaced: The council did not agree, or not all conditions are met.
    """
    dossier, work = dossier_of(move), move.work
    rules, found = judged(dossier, Stage.APPRAISED, work)
    if not found.eligible or parameters.get("passed") is not True:
        raise OperationMisplaced(operation="recognition_facts", why="the council did not agree, or a condition fails")
    council, held_on = council_of(parameters, move)
    holder, tier = _holder(dossier, work), TIERS[rules.set.tier]
    unit = next(one for one in work.people.units(move.instance.agency_id) if one.id == coordinating(move))
    return {
        "facts": {
            **_request_facts(dossier, move),
            "holder": holder,
            "tier": tier,
            "bases": [*BASES, rules.set.source],
            "council": council,
            "council_date": held_on,
            **{name: parameters.get(name) for name in ("agreed", "present", "percent")},
            "proposer": unit.name,
            "criteria": rules.set.name,
        },
        "about": {
            "kind": "recognition",
            "title": f"Công nhận {holder} đạt chuẩn {tier}",
            "holder": holder,
            "award": tier,
            "subject_id": str(dossier.locality_id) if dossier.locality_id else None,
            "facts": [["Bộ tiêu chí", rules.set.name], ["Hội đồng", council]],
            "recipients": [str(dossier.agency_id)],
            "revokes": None,
        },
    }


def record_recognition(move: Move, parameters: Data, data: Data) -> Data:
    """Note what the locality is recognised as, by the issued *decision*."""
    dossier, work = dossier_of(move), move.work
    decision = work.documents.get(DocumentId(_id(parameters.get("decision"))))
    if not isinstance(decision, OutgoingDocument) or decision.number is None or decision.issued_date is None:
        raise OperationMisplaced(operation="record_recognition", why="the decision is not issued")
    if dossier.locality_id is None:
        return {}
    set_id = CriteriaSetId(dossier.rules_id)
    work.achievements.add(
        Achievement(
            id=AchievementId(work.new_id()),
            agency_id=move.instance.agency_id,
            locality_id=dossier.locality_id,
            tier=work.criteria_sets.get(set_id).tier,
            decision=decision.number,
            decided_on=decision.issued_date,
            recorded_at=move.at,
            recorded_by=move.by,
            document_id=decision.id,
            criteria_set=set_id,
        )
    )
    return {"number": decision.number}


def judged(dossier: Dossier, stage: Stage, work: UnitOfWork) -> tuple[Rules, Judgement]:
    """Return what a dossier is judged by, and what comes of the values of the stage."""
    rules = assessing.rules_of(dossier, work)
    found = appraisals.judgement(rules.set, rules.conditions, rules.classified, work.assessments.of(dossier.id), stage)
    return rules, found


def _failures(dossier: Dossier, work: UnitOfWork) -> list[str]:
    """Return in words what failed, once departments have appraised it."""
    reported = work.assessments.of(dossier.id)
    if not any(one.stage is Stage.APPRAISED for one in reported):
        return []
    rules, found = judged(dossier, Stage.APPRAISED, work)
    hindered = appraisals.said_hindrances(_standing(dossier, work), rules.set.tier)
    return [*(appraisals.said_finding(one) for one in found.failing), *hindered]


def _standing(dossier: Dossier, work: UnitOfWork) -> Sequence[Achievement]:
    """Return what the locality is, or was, recognised as."""
    return work.achievements.of(dossier.locality_id) if dossier.locality_id else ()


def _visits(dossier: Dossier, move: Move) -> list[str]:
    """Return every recorded visit in one line: who, when, where, what was found."""
    units = {unit.id: unit.name for unit in move.work.people.units(move.instance.agency_id)}
    visits = move.work.field_visits.of_dossier(dossier.id)
    return [one.said(units.get(one.unit_id, "")) for one in visits if one.is_recorded]


def _condition(found: IndicatorFinding) -> dict[str, str]:
    met = found.verdict is Verdict.MET
    said = appraisals.said_value(found.value, found.indicator.unit)
    return {"name": found.indicator.name, "found": said, "result": "đạt" if met else "không đạt"}


def _request_facts(dossier: Dossier, move: Move) -> dict[str, str]:
    document: IncomingDocument = move.incoming()
    return {
        "subject": dossier.subject,
        "request_number": f"{document.code_number}/{document.code_notation}",
        "request_date": document.issued_date.isoformat(),
        "request_agency": move.work.people.get_agency(dossier.agency_id).name,
    }


def _holder(dossier: Dossier, work: UnitOfWork) -> str:
    if dossier.locality_id is not None:
        place = work.localities.get(dossier.locality_id)
        if place.kind is LocalityKind.VILLAGE and place.parent_id is not None:
            return f"{place.name}, {work.localities.get(place.parent_id).name}"
        return place.name
    return work.people.get_agency(dossier.agency_id).name


def coordinating(move: Move) -> UnitId:
    """Return the unit that runs the programme, else that of the chief of office."""
    return assessing.coordinating_unit(move.instance.agency_id, move.work)


def chief_of_office(move: Move) -> str | None:
    """Return who signs notices of the agency, by id."""
    people = move.work.people.of_agency(move.instance.agency_id)
    found: PersonId | None = next((one.id for one in people if one.holds(Role.CHIEF_OF_OFFICE)), None)
    return str(found) if found else None


def council_of(parameters: Data, move: Move) -> tuple[str, str]:
    """Return the council that voted on the *matter*, and the day of its session or of its written votes' count."""
    matter = move.work.council_sessions.get_matter(MatterId(_id(parameters.get("matter"))))
    council = move.work.councils.get(matter.council_id)
    session = move.work.council_sessions.get(matter.session_id) if matter.session_id else None
    if session is None:
        return council.name, office_date(move.at).isoformat()
    counted = [one.closed_at for one in move.work.council_sessions.motions_on(matter.id) if one.closed_at]
    held = counted[-1] if counted and session.form is SessionForm.WRITTEN else session.opened_at or session.at
    return council.name, office_date(held).isoformat()


def asked_in_writing(parameters: Data, move: Move) -> bool:
    """Say whether the council gave its opinions on the *matter* in writing, whatever was asked of it."""
    matter = move.work.council_sessions.get_matter(MatterId(_id(parameters.get("matter"))))
    return matter.session_id is not None and (
        move.work.council_sessions.get(matter.session_id).form is SessionForm.WRITTEN
    )


def _id(value: object) -> UUID:
    try:
        return UUID(str(value))
    except ValueError as cause:
        raise OperationMisplaced(operation="recognition", why=f"'{value}' is no id") from cause
