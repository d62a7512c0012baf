"""Open a field visit: a unit that appraises a dossier begins the draft of what it found on the spot."""

from dataclasses import dataclass, field
from datetime import datetime

from engine import visiting
from engine.field_visit_events import FieldVisitOpened
from engine.field_visits import FieldVisit, VisitContent, require_room
from engine.ids import DossierId, FieldVisitId, UnitId
from engine.people import Person
from engine.ports import UnitOfWork
from engine.queries import Once


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenFieldVisit:
    """A draft to be begun, with what is known of the visit already; *unit_id* where one appraises for several."""

    dossier_id: DossierId
    content: VisitContent = field(default_factory=VisitContent)
    unit_id: UnitId | None = None
    once: Once | None = None


def open_field_visit(request: OpenFieldVisit, *, by: Person, at: datetime, work: UnitOfWork) -> FieldVisit:
    """Keep the draft.

    Raises:
        DossierNotFound, NotAllowed: The dossier is not theirs to appraise.
        DossierFrozen: It is not under way.
        AppraisalHandedIn: Their unit is done with it.
        FieldVisitInvalid: Something typed in cannot be; all is named.
        TooManyVisits: The dossier has as many as are kept.
    """
    known = work.requests.find(by.id, request.once) if request.once else None
    if known is not None:
        return work.field_visits.get(FieldVisitId(known))
    share = visiting.share_of(work.dossiers.get(request.dossier_id), request.unit_id, by, work)
    dossier, item = visiting.hold(request.dossier_id, share, by, at, work)
    content = request.content.tidied()
    visiting.check(content, visiting.Frame(dossier=dossier, share=share, by=by, at=at), work, whole=False)
    require_room(work.field_visits.of_dossier(dossier.id))
    visit = FieldVisit(
        id=FieldVisitId(work.new_id()),
        dossier_id=dossier.id,
        agency_id=dossier.receiver_id,
        unit_id=share.unit.id,
        opened_at=at,
        opened_by=by.id,
        content=content,
    )
    work.field_visits.add(visit)
    work.dossiers.save(dossier)
    work.record(FieldVisitOpened(**visiting.told(visit, item, by, at), **visiting.typed(content)))
    if request.once:
        work.requests.remember(by.id, request.once, visit.id, at)
    return visit
