"""A unit of the province on the spot: drafts of field visits, their photos, their minutes; by the real actions."""

from datetime import date
from typing import Any

from engine.actions.discard_field_visit import discard_field_visit
from engine.actions.open_field_visit import OpenFieldVisit, open_field_visit
from engine.actions.record_field_visit import RecordFieldVisit, record_field_visit
from engine.actions.save_field_visit import SaveFieldVisit, save_field_visit
from engine.deadlines import office_date
from engine.field_visits import FieldVisit, Participant, Side, VisitContent, VisitFinding, VisitPhoto
from engine.ids import FieldVisitId, FileId
from tests.support.composing import a_photo
from tests.support.recognising import Province

SPECIALIST = "sxd.cv"
"""Of the department of construction."""
ROADS = "2.1"
"""An indicator of theirs."""


class Visits:
    """The department at work on a dossier that arrived in the province."""

    def __init__(self, province: Province) -> None:
        self.province, self.office, self.services = province, province.office, province.services

    @property
    def today(self) -> date:
        """The day of the office."""
        return office_date(self.services.clock())

    def photo(self, number: int = 0, by: str = SPECIALIST) -> FileId:
        """Store a photo."""
        return self.office.upload(a_photo("JPEG", number), by)

    def content(self, **changes: Any) -> VisitContent:  # noqa: ANN401 - fields of any type
        """Return a whole visit of today."""
        content: dict[str, Any] = {
            "first_day": self.today,
            "last_day": self.today,
            "place": "Thôn Đông, xã Hoằng Thử",
            "participants": (
                Participant(side=Side.UNIT, name="Phạm Văn Kiên", title="Chuyên viên Sở Xây dựng"),
                Participant(side=Side.COMMUNE, name="Lê Thị Mai", title="Chủ tịch Ủy ban nhân dân xã"),
                Participant(side=Side.VILLAGE, name="Trịnh Văn Sơn", title="Trưởng thôn Đông"),
            ),
            "findings": (VisitFinding(indicator=ROADS, found="Đường trục thôn đã bê tông hóa, rộng 3,5 m."),),
            "remark": "Ủy ban nhân dân xã thống nhất.",
            "photos": (),
            **changes,
        }
        return VisitContent(**content)

    def begin(self, content: VisitContent | None = None, by: str = SPECIALIST) -> FieldVisit:
        """Begin a draft."""
        request = OpenFieldVisit(dossier_id=self.province.dossier_id, content=content or self.content())
        with self.services.begin() as work:
            return open_field_visit(request, by=self.office.people[by], at=self.services.clock(), work=work)

    def save(
        self, visit: FieldVisit, content: VisitContent, by: str = SPECIALIST, rev: int | None = None
    ) -> FieldVisit:
        """Save a draft."""
        request = SaveFieldVisit(visit_id=visit.id, content=content, rev=rev)
        with self.services.begin() as work:
            return save_field_visit(request, by=self.office.people[by], at=self.services.clock(), work=work)

    def record(self, visit: FieldVisit, by: str = SPECIALIST) -> FieldVisit:
        """Make the minutes."""
        return record_field_visit(
            RecordFieldVisit(visit_id=visit.id), by=self.office.people[by], services=self.services
        )

    def discard(self, visit: FieldVisit, by: str = SPECIALIST) -> None:
        """Throw a draft away."""
        with self.services.begin() as work:
            discard_field_visit(visit.id, by=self.office.people[by], at=self.services.clock(), work=work)

    def kept(self, visit_id: FieldVisitId) -> FieldVisit:
        """Return the visit as it is kept."""
        with self.services.begin() as work:
            return work.field_visits.get(visit_id)


def shown(file_id: FileId, caption: str = "Đường trục thôn Đông") -> VisitPhoto:
    """Return the photo with what it shows."""
    return VisitPhoto(file_id=file_id, caption=caption)
