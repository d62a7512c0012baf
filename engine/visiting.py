"""Visiting what is appraised: within whose appraisal, by whom, and whether what was typed in of a visit can be.

A visit belongs to the open step in which its unit appraises: who may do that step records it.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from engine import access, assessing, dossier_access
from engine.acting import acting
from engine.assessing import Rules
from engine.assessments import Stage
from engine.criteria import Indicator
from engine.deadlines import office_date
from engine.dossiers import Dossier
from engine.drafts import FieldChecks
from engine.events import Private
from engine.field_visits import (
    MAX_CAPTION,
    MAX_FOUND,
    MAX_NAME,
    MAX_PEOPLE,
    MAX_PHOTOS,
    MAX_PLACE,
    MAX_REMARK,
    AppraisalHandedIn,
    FieldVisit,
    FieldVisitInvalid,
    FieldVisitMoved,
    FieldVisitNotFound,
    Side,
    VisitContent,
)
from engine.files import JPEG, PNG
from engine.ids import DossierId, FieldVisitId, UnitId
from engine.people import Person, Unit
from engine.ports import UnitOfWork
from engine.work_items import WorkItem, WorkItemState

APPRAISAL: Final = "appraise"
STEP: Final = "appraise_unit"
"""The procedure, and the step of it, within which a unit visits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What one unit appraises of a dossier: its open step, itself, its indicators."""

    item: WorkItem
    unit: Unit
    rules: Rules
    indicators: tuple[Indicator, ...]

    @property
    def codes(self) -> frozenset[str]:
        """The indicators' codes."""
        return frozenset(one.code for one in self.indicators)


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What the content of a visit is held against; *before* is the visit as it is kept, None where it is new."""

    dossier: Dossier
    share: Share
    by: Person
    at: datetime
    before: FieldVisit | None = None


def steps(dossier: Dossier, work: UnitOfWork) -> Sequence[WorkItem]:
    """Return the steps in which units appraise the dossier, or did."""
    received = dossier.received_document_id
    instance = work.instances.find_of_document(received) if received else None
    called = work.instances.called_by(instance.id) if instance else ()
    found = (work.work_items.of_instance(one.id) for one in called if one.definition_key == APPRAISAL)
    return [item for items in found for item in items if item.element_id == STEP]


def share_of(dossier: Dossier, unit_id: UnitId | None, by: Person, work: UnitOfWork) -> Share:
    """Return what the person appraises of the dossier now, for this unit where they could for several.

    Raises:
        DossierNotFound, NotAllowed: It is not theirs to appraise.
        DossierFrozen: It is not under way.
        AppraisalHandedIn: Their unit is done with it.
        FieldVisitInvalid: They appraise it for several units, and none is named.
    """
    dossier_access.require_handle(by, dossier, work)
    assessing.require_may_assess(dossier, Stage.APPRAISED)
    known = {unit.id: unit for unit in work.people.units(by.agency_id)}
    theirs = [item for item in steps(dossier, work) if item.unit_id in known and access.is_candidate(by, item)]
    theirs = [item for item in theirs if unit_id in (None, item.unit_id)]
    if not theirs:
        raise access.NotAllowed
    waiting = {item.unit_id: item for item in theirs if item.state is WorkItemState.OPEN}
    if not waiting:
        raise AppraisalHandedIn(unit=known[_unit(theirs[-1])].name)
    if len(waiting) > 1:
        found = FieldChecks()
        found.add("unit_id", "required", "You appraise this dossier for several units. Say for which one the visit is.")
        found.done(FieldVisitInvalid)
    (item,) = waiting.values()
    unit = known[_unit(item)]
    rules = assessing.rules_of(dossier, work)
    indicators = assessing.indicators_of(unit, rules, dossier.receiver_id, work)
    return Share(item=item, unit=unit, rules=rules, indicators=indicators)


def _unit(item: WorkItem) -> UnitId:
    assert item.unit_id is not None  # noqa: S101  only such steps are looked at
    return item.unit_id


def hold(dossier_id: DossierId, share: Share, by: Person, at: datetime, work: UnitOfWork) -> tuple[Dossier, WorkItem]:
    """Lock the step and then the dossier, so that the appraisal is handed in before or after.

    Raises:
        AppraisalHandedIn: It was.
        WorkItemNotYours, WorkItemExcluded, StandInOver: The step is not theirs to do.
    """
    item, _ = work.work_items.lock(share.item.id)
    if item.state is not WorkItemState.OPEN:
        raise AppraisalHandedIn(unit=share.unit.name)
    return work.dossiers.lock(dossier_id), acting(by, item, at, work)


def readable(visit_id: FieldVisitId, by: Person, work: UnitOfWork) -> tuple[FieldVisit, Dossier]:
    """Return the visit and its dossier; a draft is for the agency that visits alone.

    Raises:
        FieldVisitNotFound: They may not know of it.
    """
    visit = work.field_visits.get(visit_id)
    dossier = work.dossiers.get(visit.dossier_id)
    if not dossier_access.may_read(by, dossier, work) or not may_see(visit, by):
        raise FieldVisitNotFound
    return visit, dossier


def may_see(visit: FieldVisit, by: Person) -> bool:
    """Say whether somebody who may read the dossier may see this visit of it."""
    return visit.is_recorded or visit.agency_id == by.agency_id


def told(visit: FieldVisit, item: WorkItem, by: Person, at: datetime) -> dict[str, Any]:
    """Return what every event of a visit has: by whom, in whose place, of which dossier, unit and step."""
    return {
        "by": by.id,
        "at": at,
        "agency_id": visit.agency_id,
        "on_behalf_of": item.on_behalf_of,
        "by_stand_in": item.by_stand_in,
        "dossier_id": visit.dossier_id,
        "visit_id": visit.id,
        "unit_id": visit.unit_id,
        "work_item_id": item.id,
    }


def typed(content: VisitContent) -> dict[str, Any]:
    """Return what the events of a draft say of its content: indicators and photos openly, all else as private."""
    texts = {
        "days": [day.isoformat() for day in (content.first_day, content.last_day) if day],
        "place": content.place,
        "participants": people(content),
        "findings": {one.indicator: one.found for one in content.findings},
        "remark": content.remark,
        "captions": [one.caption for one in content.photos],
    }
    return {
        "indicators": [one.indicator for one in content.findings],
        "photos": [one.file_id for one in content.photos],
        "content": Private(value=json.dumps(texts, ensure_ascii=False)),
    }


def people(content: VisitContent) -> list[list[str]]:
    """Return who took part, each by side, name and title."""
    return [[one.side.value, one.name, one.title] for one in content.participants]


def require_unmoved(visit: FieldVisit, rev: int | None) -> None:
    """Raise FieldVisitMoved unless the visit still is at this revision; None asks for none."""
    if rev is not None and visit.rev != rev:
        raise FieldVisitMoved


def check(content: VisitContent, frame: Frame, work: UnitOfWork, *, whole: bool) -> None:
    """Raise FieldVisitInvalid where something typed in cannot be, or, of the *whole*, is missing; all is named."""
    found = FieldChecks()
    _days(content, frame, found, whole=whole)
    _text(found, "place", content.place, MAX_PLACE, required=whole)
    _people(content, found, whole=whole)
    _findings(content, frame, found, whole=whole)
    _text(found, "remark", content.remark, MAX_REMARK)
    _photos(content, frame, found, work, whole=whole)
    found.done(FieldVisitInvalid)


def _text(found: FieldChecks, field: str, value: str, longest: int, *, required: bool = False) -> None:
    if value.strip() or required:
        found.text(field, value, longest)


def _days(content: VisitContent, frame: Frame, found: FieldChecks, *, whole: bool) -> None:
    first, last, today = content.first_day, content.last_day, office_date(frame.at)
    given = {"first_day": first, "last_day": last}
    sent = frame.dossier.submissions[0].at if frame.dossier.submissions else frame.dossier.opened_at
    for field, day in given.items():
        if day is None and whole:
            found.add(field, "required", "Give the day of the visit; one of one day begins and ends on it.")
        elif day is not None and day > today:
            found.add(field, "future", "This day has not come yet. Check the date.")
        elif day is not None:
            _after(day, office_date(sent), field, found)
    if first is not None and last is not None and last < first:
        found.add("last_day", "before_first", "The visit ends on the day it begins, or later.")


def _after(day: date, sent: date, field: str, found: FieldChecks) -> None:
    if day < sent:
        submitted = f"{sent:%d/%m/%Y}"
        message = f"The dossier was submitted on {submitted}; a visit that appraises it comes after that."
        found.add(field, "before_submission", message)


def _people(content: VisitContent, found: FieldChecks, *, whole: bool) -> None:
    if len(content.participants) > MAX_PEOPLE:
        found.add("participants", "too_many", f"At most {MAX_PEOPLE} people are named.")
        return
    for place, one in enumerate(content.participants):
        found.text(f"participants/{place}/name", one.name, MAX_NAME)
        _text(found, f"participants/{place}/title", one.title, MAX_NAME)
    if whole and not (content.of_side(Side.UNIT) and content.of_side(Side.COMMUNE)):
        message = "Name who took part: somebody of the unit that appraises, and somebody of the commune."
        found.add("participants", "required", message)


def _findings(content: VisitContent, frame: Frame, found: FieldChecks, *, whole: bool) -> None:
    if whole and not content.findings:
        found.add("findings", "required", "Say what was found of at least one indicator.")
    named = set[str]()
    known = {one.code for one in frame.share.rules.indicators}
    for place, one in enumerate(content.findings):
        field = f"findings/{place}/indicator"
        if one.indicator in named:
            found.add(field, "twice", "This indicator stands there twice. Write everything in one place.")
        elif one.indicator not in known:
            found.add(field, "not_found", "The dossier is judged by no such indicator.")
        elif one.indicator not in frame.share.codes:
            found.add(field, "not_yours", "Another unit appraises this indicator. Take it off.")
        named.add(one.indicator)
        found.text(f"findings/{place}/found", one.found, MAX_FOUND)


def _photos(content: VisitContent, frame: Frame, found: FieldChecks, work: UnitOfWork, *, whole: bool) -> None:
    if len(content.photos) > MAX_PHOTOS:
        found.add("photos", "too_many", f"At most {MAX_PHOTOS} photos of one visit.")
        return
    ids = [one.file_id for one in content.photos]
    elsewhere = work.field_visits.of_other_dossiers(ids, frame.dossier.id)
    kept = {one.file_id for one in frame.before.content.photos} if frame.before else set()
    for place, one in enumerate(content.photos):
        field = f"photos/{place}/file_id"
        if one.file_id in ids[:place]:
            found.add(field, "twice", "This photo stands there twice. Take it off once.")
        elif one.file_id in elsewhere:
            found.add(field, "of_another_dossier", "This photo belongs to another dossier. Choose one of this visit.")
        elif one.file_id not in kept and found.known_file(field, one.file_id, frame.by, work):
            _kind(work.files.get(one.file_id).media_type, field, found)
        _text(found, f"photos/{place}/caption", one.caption, MAX_CAPTION, required=whole)


def _kind(media_type: str, field: str, found: FieldChecks) -> None:
    if media_type not in (JPEG, PNG):
        found.add(field, "not_a_photo", "A photo is JPEG or PNG. Add other files as evidence of an indicator.")
