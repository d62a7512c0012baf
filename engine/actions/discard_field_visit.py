"""Discard the draft of a field visit that was begun by mistake, or never came to be."""

from datetime import datetime

from engine import visiting
from engine.field_visit_events import FieldVisitDiscarded
from engine.ids import FieldVisitId
from engine.people import Person
from engine.ports import UnitOfWork


def discard_field_visit(visit_id: FieldVisitId, *, by: Person, at: datetime, work: UnitOfWork) -> None:
    """Throw the draft away; that it was there stays on record.

    Raises:
        FieldVisitNotFound, NotAllowed: It is not theirs.
        FieldVisitFixed: Its minutes are made.
        DossierFrozen, AppraisalHandedIn: The appraisal it belongs to is over.
    """
    seen, dossier = visiting.readable(visit_id, by, work)
    seen.require_draft()
    share = visiting.share_of(dossier, seen.unit_id, by, work)
    dossier, item = visiting.hold(dossier.id, share, by, at, work)
    visit = work.field_visits.get(visit_id)
    visit.require_draft()
    work.field_visits.remove(visit)
    work.dossiers.save(dossier)
    work.record(FieldVisitDiscarded(**visiting.told(visit, item, by, at)))
