"""Score sheets that were loaded, as rows beside those that come with the product."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, insert, select
from sqlalchemy.exc import IntegrityError

from engine.ids import PersonId, RubricId
from engine.ocop_records import LoadedRubric
from engine.rubrics import (
    DECISION,
    SETS,
    Rubric,
    RubricKnown,
    RubricNotFound,
    built_in,
    find_built_in,
    require_digest,
)
from storage.schema import ocop_rubrics
from storage.statements import AnyRow, Fixed, Statements

_GET = Fixed(select(ocop_rubrics).where(ocop_rubrics.c.id == bindparam("rubric")))
_FIND = Fixed(
    select(ocop_rubrics).where(
        ocop_rubrics.c.decision == bindparam("decision_"), ocop_rubrics.c.set_number == bindparam("number")
    )
)
_R = ocop_rubrics.c
_LOADED = Fixed(
    select(_R.id, _R.decision, _R.set_number, _R.content["name"].astext.label("name"), _R.loaded_at).order_by(
        _R.decision, _R.set_number
    )
)


class PostgresRubrics:
    """Score sheets, as one transaction sees them."""

    def __init__(self, connection: Statements) -> None:
        self._connection = connection

    def get(self, rubric_id: RubricId) -> Rubric:
        """Return the sheet of this id, or raise RubricNotFound, or RubricEdited where it is not what was pinned."""
        known = find_built_in(rubric_id)
        if known is not None:
            return known
        row = self._connection.ask_one(_GET, {"rubric": rubric_id})
        if row is None:
            raise RubricNotFound
        return _rubric(row)

    def find(self, decision: str, set_number: int) -> Rubric | None:
        """Return the sheet of a set under a decision, or None."""
        if decision == DECISION:
            return built_in(set_number) if 1 <= set_number <= SETS else None
        row = self._connection.ask_one(_FIND, {"decision_": decision, "number": set_number})
        return None if row is None else _rubric(row)

    def loaded(self) -> Sequence[LoadedRubric]:
        """Return those that were loaded, by decision and set."""
        return [
            LoadedRubric(
                id=RubricId(row.id),
                decision=row.decision,
                set_number=row.set_number,
                name=row.name,
                loaded_at=row.loaded_at,
            )
            for row in self._connection.ask(_LOADED, {})
        ]

    def add(self, content: dict[str, object], rubric: Rubric, by: PersonId, at: datetime) -> None:
        """Keep a sheet; raises RubricKnown where there is one for its decision and set."""
        if self.find(rubric.decision, rubric.set_number) is not None:
            raise RubricKnown(set=rubric.set_number, decision=rubric.decision)
        values = {
            "id": rubric.id,
            "decision": rubric.decision,
            "set_number": rubric.set_number,
            "content": content,
            "loaded_at": at,
            "loaded_by": by,
        }
        try:
            self._connection.execute(insert(ocop_rubrics), values)
        except IntegrityError as cause:  # somebody loaded it at the same moment
            raise RubricKnown(set=rubric.set_number, decision=rubric.decision) from cause


def _rubric(row: AnyRow) -> Rubric:
    return require_digest(row.content, row.id.rpartition(":")[2])
