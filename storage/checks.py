"""What was found of the neighbours as rows."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, delete, select
from sqlalchemy.dialects.postgresql import insert

from engine.checks import Check, CheckState, Finding
from engine.ids import AgencyId
from storage.schema import checks
from storage.statements import Statements

_INSERT = insert(checks)
_KEEP = _INSERT.on_conflict_do_update(
    index_elements=["name"],
    set_={column.name: _INSERT.excluded[column.name] for column in checks.c if column.name != "name"},
)


class PostgresChecks:
    """Checks, as one transaction sees them."""

    def __init__(self, connection: Statements) -> None:
        self._connection = connection

    def all(self) -> Sequence[Check]:
        """Return every check, by name."""
        return [_check(row) for row in self._connection.execute(select(checks).order_by(checks.c.name))]

    def find(self, name: str) -> Check | None:
        """Return the check of this name, or None."""
        row = self._connection.execute(select(checks).where(checks.c.name == name)).one_or_none()
        return None if row is None else _check(row)

    def named(self, prefix: str) -> Sequence[Check]:
        """Return the checks whose names begin like this, by name."""
        wanted = select(checks).where(checks.c.name.startswith(prefix, autoescape=True))
        return [_check(row) for row in self._connection.execute(wanted.order_by(checks.c.name))]

    def several(self, names: Sequence[str]) -> Sequence[Check]:
        """Return those of these checks that there are, in one statement."""
        wanted = select(checks).where(checks.c.name.in_(names)).order_by(checks.c.name)
        return [_check(row) for row in self._connection.execute(wanted)]

    def keep(self, given: Sequence[Check]) -> None:
        """Keep these as the newest of their names, and forget every other."""
        self._connection.execute(delete(checks).where(checks.c.name.not_in([check.name for check in given])))
        if given:
            self._connection.execute(_KEEP, [_values(check) for check in given])


def _values(check: Check) -> dict[str, Any]:
    names = ("name", "agency_id", "subject", "since", "checked_at", "took_ms")
    found = check.found
    return {
        **{name: getattr(check, name) for name in names},
        "state": found.state.value,
        "code": found.code,
        "template": found.template,
        "facts": dict(found.facts),
    }


def _check(row: Row[Any]) -> Check:
    return Check(
        name=row.name,
        agency_id=None if row.agency_id is None else AgencyId(row.agency_id),
        subject=row.subject,
        found=Finding(state=CheckState(row.state), code=row.code, template=row.template, facts=row.facts),
        since=row.since,
        checked_at=row.checked_at,
        took_ms=row.took_ms,
    )
