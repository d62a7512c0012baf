"""Save the draft of a field visit: everything typed in takes the place of what stood there."""

from dataclasses import dataclass
from datetime import datetime

from engine import visiting
from engine.field_visit_events import FieldVisitSaved
from engine.field_visits import FieldVisit, VisitContent
from engine.ids import FieldVisitId
from engine.people import Person
from engine.ports import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveFieldVisit:
    """What stands in the draft from now on; *rev* is what the person had before them."""

    visit_id: FieldVisitId
    content: VisitContent
    rev: int | None = None


def save_field_visit(request: SaveFieldVisit, *, by: Person, at: datetime, work: UnitOfWork) -> FieldVisit:
    """Keep the draft as it is typed in now; half of it is enough.

    Raises:
        FieldVisitNotFound, NotAllowed: It is not theirs.
        FieldVisitFixed: Its minutes are made.
        FieldVisitMoved: Somebody changed it meanwhile.
        DossierFrozen, AppraisalHandedIn: The appraisal it belongs to is over.
        FieldVisitInvalid: Something typed in cannot be; all is named.
    """
    seen, dossier = visiting.readable(request.visit_id, by, work)
    seen.require_draft()
    share = visiting.share_of(dossier, seen.unit_id, by, work)
    dossier, item = visiting.hold(dossier.id, share, by, at, work)
    visit = work.field_visits.get(seen.id)
    visiting.require_unmoved(visit, request.rev)
    content = request.content.tidied()
    frame = visiting.Frame(dossier=dossier, share=share, by=by, at=at, before=visit)
    visiting.check(content, frame, work, whole=False)
    changed = visit.changed(content)
    work.field_visits.save(changed)
    work.dossiers.save(dossier)
    work.record(FieldVisitSaved(**visiting.told(changed, item, by, at), **visiting.typed(content)))
    return changed
