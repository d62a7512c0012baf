"""Field visits with their photos, as rows."""

from collections.abc import Collection, Sequence, Set
from typing import Final

from sqlalchemy import bindparam, delete, insert, select, union, update

from engine.field_visits import (
    FieldVisit,
    FieldVisitMoved,
    FieldVisitNotFound,
    Participant,
    Side,
    VisitContent,
    VisitFinding,
    VisitPhoto,
)
from engine.ids import AgencyId, DossierId, FieldVisitId, FileId, PersonId, UnitId
from storage.schema import dossier_files, evidence_files, field_visit_photos, field_visits
from storage.statements import AnyRow, Fixed, Statements

_GET = Fixed(select(field_visits).where(field_visits.c.id == bindparam("visit")))
_OF = Fixed(select(field_visits).where(field_visits.c.dossier_id == bindparam("dossier")).order_by(field_visits.c.id))
_PHOTOS = (field_visit_photos.c.visit_id, field_visit_photos.c.place)
_PHOTOS_GET = Fixed(
    select(field_visit_photos).where(field_visit_photos.c.visit_id == bindparam("visit")).order_by(*_PHOTOS)
)
_PHOTOS_OF = Fixed(
    select(field_visit_photos)
    .join(field_visits, field_visits.c.id == field_visit_photos.c.visit_id)
    .where(field_visits.c.dossier_id == bindparam("dossier"))
    .order_by(*_PHOTOS)
)
_CHANGED: Final = (
    "first_day",
    "last_day",
    "place",
    "participants",
    "findings",
    "remark",
    "recorded_at",
    "recorded_by",
    "minutes_id",
)


class PostgresFieldVisits:
    """Field visits, as one transaction sees them."""

    def __init__(self, connection: Statements) -> None:
        self._connection = connection

    def get(self, visit_id: FieldVisitId) -> FieldVisit:
        """Return the visit, or raise FieldVisitNotFound."""
        row = self._connection.ask_one(_GET, {"visit": visit_id})
        if row is None:
            raise FieldVisitNotFound
        return _visit(row, self._connection.ask(_PHOTOS_GET, {"visit": visit_id}))

    def of_dossier(self, dossier_id: DossierId) -> Sequence[FieldVisit]:
        """Return the dossier's visits with their photos, the oldest first."""
        rows = self._connection.ask(_OF, {"dossier": dossier_id})
        photos = self._connection.ask(_PHOTOS_OF, {"dossier": dossier_id}) if rows else ()
        return [_visit(row, [one for one in photos if one.visit_id == row.id]) for row in rows]

    def add(self, visit: FieldVisit) -> None:
        """Keep a new draft."""
        names = ("id", "dossier_id", "agency_id", "unit_id", "opened_at", "opened_by", "rev")
        kept = {name: getattr(visit, name) for name in names}
        self._connection.execute(insert(field_visits), {**kept, **_content(visit)})
        self._add_photos(visit)

    def save(self, visit: FieldVisit) -> None:
        """Keep the new value of a draft, photos and all."""
        self._connection.execute(delete(field_visit_photos).where(field_visit_photos.c.visit_id == visit.id))
        self._add_photos(visit)
        changed = (
            update(field_visits)
            .where(field_visits.c.id == visit.id, field_visits.c.rev == visit.rev - 1)
            .values(**_content(visit), rev=visit.rev)
        )
        if not self._connection.execute(changed).rowcount:
            raise FieldVisitMoved

    def _add_photos(self, visit: FieldVisit) -> None:
        rows = [
            {"visit_id": visit.id, "place": place, "file_id": one.file_id, "caption": one.caption}
            for place, one in enumerate(visit.content.photos, start=1)
        ]
        if rows:
            self._connection.execute(insert(field_visit_photos), rows)

    def remove(self, visit: FieldVisit) -> None:
        """Forget a draft."""
        self._connection.execute(delete(field_visit_photos).where(field_visit_photos.c.visit_id == visit.id))
        self._connection.execute(delete(field_visits).where(field_visits.c.id == visit.id))

    def of_other_dossiers(self, file_ids: Collection[FileId], dossier_id: DossierId) -> Set[FileId]:
        """Return those of the files that another dossier has."""
        photos = field_visit_photos.join(field_visits, field_visits.c.id == field_visit_photos.c.visit_id)
        found = union(
            *(
                select(table.c.file_id).where(table.c.file_id.in_(file_ids), table.c.dossier_id != dossier_id)
                for table in (dossier_files, evidence_files)
            ),
            select(field_visit_photos.c.file_id)
            .select_from(photos)
            .where(field_visit_photos.c.file_id.in_(file_ids), field_visits.c.dossier_id != dossier_id),
        )
        return {FileId(row.file_id) for row in self._connection.execute(found)} if file_ids else set()


def _content(visit: FieldVisit) -> dict[str, object]:
    content = visit.content
    typed = {
        "participants": [
            {"side": one.side.value, "name": one.name, "title": one.title} for one in content.participants
        ],
        "findings": [{"indicator": one.indicator, "found": one.found} for one in content.findings],
    }
    plain = {name: getattr(content, name) for name in ("first_day", "last_day", "place", "remark")}
    ended = {name: getattr(visit, name) for name in ("recorded_at", "recorded_by", "minutes_id")}
    values = {**plain, **typed, **ended}
    return {name: values[name] for name in _CHANGED}


def _visit(row: AnyRow, photos: Sequence[AnyRow]) -> FieldVisit:
    content = VisitContent(
        first_day=row.first_day,
        last_day=row.last_day,
        place=row.place,
        participants=tuple(
            Participant(side=Side(one["side"]), name=one["name"], title=one["title"]) for one in row.participants
        ),
        findings=tuple(VisitFinding(indicator=one["indicator"], found=one["found"]) for one in row.findings),
        remark=row.remark,
        photos=tuple(VisitPhoto(file_id=FileId(one.file_id), caption=one.caption) for one in photos),
    )
    return FieldVisit(
        id=FieldVisitId(row.id),
        dossier_id=DossierId(row.dossier_id),
        agency_id=AgencyId(row.agency_id),
        unit_id=UnitId(row.unit_id),
        opened_at=row.opened_at,
        opened_by=PersonId(row.opened_by),
        content=content,
        recorded_at=row.recorded_at,
        recorded_by=None if row.recorded_by is None else PersonId(row.recorded_by),
        minutes_id=None if row.minutes_id is None else FileId(row.minutes_id),
        rev=row.rev,
    )
