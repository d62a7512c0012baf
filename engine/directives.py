"""Directives (bút phê): what a leader says is to be done with an incoming document, by whom and until when."""

from dataclasses import dataclass
from datetime import date, datetime

from engine.ids import AgencyId, DocumentId, PersonId, UnitId


@dataclass(frozen=True, slots=True, kw_only=True)
class Directive:
    """One direction; exactly one unit leads, others coordinate.

    Source: Decree 30/2020/NĐ-CP, art. 23 and appendix IV (phiếu giải quyết văn bản đến, part 1).
    """

    document_id: DocumentId
    agency_id: AgencyId
    given_at: datetime
    given_by: PersonId
    lead_unit: UnitId
    coordinating_units: tuple[UnitId, ...] = ()
    due_date: date | None = None
    note: str | None = None
