"""The templates agencies made their own, as rows; the newest of a code that holds on a day is drafted from."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, bindparam, func, insert, select
from sqlalchemy.dialects.postgresql import distinct_on

from engine.ids import AgencyId, PersonId, TemplateId
from engine.templates import DocumentTemplate, TemplateNotFound, template_from
from storage.schema import document_templates as kept
from storage.statements import Statements

_GET = select(kept).where(kept.c.id == bindparam("template_id"))
_OF = select(kept).where(kept.c.agency_id == bindparam("agency"), kept.c.code == bindparam("template_code"))
_VERSIONS = _OF.order_by(kept.c.version.desc())
_FIND = _OF.where(kept.c.effective_from <= bindparam("day")).order_by(kept.c.version.desc()).limit(1)
_OF_AGENCY = (
    select(kept)
    .where(kept.c.agency_id == bindparam("agency"))
    .ext(distinct_on(kept.c.code))
    .order_by(kept.c.code, kept.c.version.desc())
)
# Two who save the same template at the same moment come one after the other.
_KEEP_OUT = select(func.pg_advisory_xact_lock(func.hashtextextended(bindparam("series"), 0)))


class PostgresTemplates:
    """Templates, as one transaction sees them."""

    def __init__(self, connection: Statements) -> None:
        self._connection = connection

    def get(self, template_id: TemplateId) -> DocumentTemplate:
        """Return this version, or raise TemplateNotFound."""
        row = self._connection.execute(_GET, {"template_id": template_id}).one_or_none()
        if row is None:
            raise TemplateNotFound(name=str(template_id))
        return _template(row)

    def find(self, agency_id: AgencyId, code: str, on: date) -> DocumentTemplate | None:
        """Return the agency's newest version that holds on this day, or None."""
        asked = {"agency": agency_id, "template_code": code, "day": on}
        row = self._connection.execute(_FIND, asked).one_or_none()
        return None if row is None else _template(row)

    def versions(self, agency_id: AgencyId, code: str) -> Sequence[DocumentTemplate]:
        """Return the agency's versions, the newest first."""
        asked = {"agency": agency_id, "template_code": code}
        return [_template(row) for row in self._connection.execute(_VERSIONS, asked)]

    def of_agency(self, agency_id: AgencyId) -> Sequence[DocumentTemplate]:
        """Return the newest version of each template the agency made its own."""
        return [_template(row) for row in self._connection.execute(_OF_AGENCY, {"agency": agency_id})]

    def next_version(self, agency_id: AgencyId, code: str) -> int:
        """Return the number of the next version; who asks keeps others out until the transaction ends."""
        self._connection.execute(_KEEP_OUT, {"series": f"template {agency_id} {code}"})
        newest = next(iter(self.versions(agency_id, code)), None)
        return 1 if newest is None else newest.version + 1

    def add(self, template_id: TemplateId, template: DocumentTemplate) -> None:
        """Keep a new version."""
        self._connection.execute(
            insert(kept),
            {
                "id": template_id,
                "agency_id": template.agency_id,
                "code": template.code,
                "version": template.version,
                "content": template.content(),
                "effective_from": template.effective_from,
                "made_at": template.made_at,
                "made_by": template.made_by,
            },
        )


def _template(row: Row[Any]) -> DocumentTemplate:
    return template_from(
        row.content,
        code=row.code,
        version=row.version,
        agency_id=AgencyId(row.agency_id),
        effective_from=row.effective_from,
        made_at=row.made_at,
        made_by=PersonId(row.made_by),
    )
