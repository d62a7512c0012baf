"""Record a field visit: its minutes are made of the draft, which nobody changes from then on."""

import json
from dataclasses import dataclass

from engine import visiting
from engine.deadlines import office_date
from engine.dossiers import Dossier
from engine.events import Private
from engine.field_visit_events import FieldVisitRecorded
from engine.field_visits import FieldVisit, VisitMinutes
from engine.files import StoredFile
from engine.ids import FieldVisitId
from engine.letters import Letter
from engine.neighbours import Services
from engine.people import Person
from engine.ports import UnitOfWork
from engine.visiting import Frame
from engine.work_items import WorkItem


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFieldVisit:
    """A draft that is finished; *rev* is what the person had before them."""

    visit_id: FieldVisitId
    rev: int | None = None


def record_field_visit(request: RecordFieldVisit, *, by: Person, services: Services) -> FieldVisit:
    """Make the minutes of the draft and keep it with them.

    Raises:
        FieldVisitNotFound, NotAllowed: It is not theirs.
        FieldVisitFixed: Its minutes are made already.
        FieldVisitMoved: Somebody changed it meanwhile.
        DossierFrozen, AppraisalHandedIn: The appraisal it belongs to is over.
        FieldVisitInvalid: Something is missing or cannot be; all is named.
        LetterUnprintable: The text has characters that cannot be printed.
    """
    with services.begin() as work:
        visit, dossier = visiting.readable(request.visit_id, by, work)
        visiting.require_unmoved(visit, request.rev)
        letter, dated = _minutes(_whole(visit, dossier, by, services, work), work)
    minutes = _made(letter, dated, by, services)
    with services.begin() as work:
        frame = _whole(visit, dossier, by, services, work)
        held, item = visiting.hold(dossier.id, frame.share, by, frame.at, work)
        latest = work.field_visits.get(visit.id)
        visiting.require_unmoved(latest, visit.rev)
        work.files.add(minutes)
        recorded = latest.recorded(minutes.id, by=by.id, at=frame.at)
        work.field_visits.save(recorded)
        work.dossiers.save(held)
        work.record(_event(recorded, item, by))
        return recorded


def _whole(visit: FieldVisit, dossier: Dossier, by: Person, services: Services, work: UnitOfWork) -> Frame:
    visit.require_draft()
    share = visiting.share_of(dossier, visit.unit_id, by, work)
    frame = Frame(dossier=dossier, share=share, by=by, at=services.clock(), before=visit)
    visiting.check(visit.content, frame, work, whole=True)
    return frame


def _minutes(frame: Frame, work: UnitOfWork) -> tuple[Letter, str]:
    """Return the minutes as a letter, and its line of place and day."""
    assert frame.before is not None  # noqa: S101  it is what is recorded
    agency = work.people.get_agency(frame.dossier.receiver_id)
    minutes = VisitMinutes(
        visit=frame.before,
        subject=frame.dossier.subject,
        agency=agency.name,
        unit=frame.share.unit.name,
        commune=work.people.get_agency(frame.dossier.agency_id).name,
        names={one.code: one.name for one in frame.share.rules.indicators},
        writer=frame.by.name,
        drawn_on=office_date(frame.at),
    )
    return minutes.letter(agency.place), minutes.dated(agency.place)


def _made(letter: Letter, dated: str, by: Person, services: Services) -> StoredFile:
    letter.require_complete()
    rendered = services.pdfs.render(letter)
    fields = services.pdfs.prepare_fields(rendered.content, rendered.layout)
    return services.put_pdf(
        services.pdfs.fill_number(fields, "Số:        /BB", dated), by=by.id, agency_id=by.agency_id
    )


def _event(visit: FieldVisit, item: WorkItem, by: Person) -> FieldVisitRecorded:
    content, at = visit.content, visit.recorded_at
    assert at and content.first_day and content.last_day and visit.minutes_id  # noqa: S101, PT018  of what is recorded
    return FieldVisitRecorded(
        **visiting.told(visit, item, by, at),
        first_day=content.first_day,
        last_day=content.last_day,
        place=content.place,
        indicators=[one.indicator for one in content.findings],
        photos=[one.file_id for one in content.photos],
        participants=Private(value=json.dumps(visiting.people(content), ensure_ascii=False)),
        minutes=visit.minutes_id,
    )
