"""What a long history and a full desk change: a completion beside finished procedures, an inbox beside open items.

`VANTHU_BENCH_HISTORY` says how many there are, 20,000 if it says nothing; the aims are about 1,000,000, which take some
minutes to make. The rows are copies of those of one real procedure, so they are as wide as real ones.
"""

import statistics
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from typing import Final, LiteralString

import psycopg
from psycopg import sql

from api.settings import Settings, inherited_environment
from api.wiring import House, open_house
from bench.houses import LEAD_UNIT, PEOPLE, complete, one_round, open_items, register, upload
from bench.processors import Spent, both_sides
from bench.rows import Rows
from engine.ids import InstanceId
from engine.queries import PageRequest, WorkItemQuery
from tests.support.office import a_pdf

HISTORY: Final = int(inherited_environment().get("VANTHU_BENCH_HISTORY", "20000"))
FEW_OPEN: Final = 10_000
BATCH: Final = 50_000
ROUNDS: Final = 60
PAGES: Final = 40
READERS: Final = ("chutich", "truongphong", "chuyenvien", "phochutich")
"""Who may do half of it, a fiftieth, a thousandth, nothing."""

_COPIED: Final = ("documents", "instances", "work_items", "activities", "audit_events")


def measure(settings: Settings, rows: Rows) -> None:
    """Add a completion beside history and alone, and the inbox's first page beside many open items and few."""
    with open_house(settings, connections=1) as house:
        own = [register(house, upload(house, a_pdf()), number) for number in range(8)]
        template = _a_finished_one(house)
        with psycopg.connect(settings.database_owner_url or "", autocommit=True) as owner:
            alone = _completion(house, owner, own)
            alone.add(rows, "completion_alone")
            _copy_history(owner, template, HISTORY)
            beside = _completion(house, owner, own)
            beside.add(rows, f"completion_history_{HISTORY}", "completion_alone")
            _measure_inbox(house, owner, template, rows)


def _measure_inbox(house: House, owner: psycopg.Connection, template: InstanceId, rows: Rows) -> None:
    few = min(FEW_OPEN, HISTORY)
    _open_items_for_all(owner, template, 0, few)
    for username in READERS:
        _first_page(house, owner, username).add(rows, f"inbox_{few}_{username}")
    _open_items_for_all(owner, template, few, HISTORY)
    for username in READERS:
        page = _first_page(house, owner, username)
        page.add(rows, f"inbox_{HISTORY}_{username}", f"inbox_{few}_{username}")


@dataclass(frozen=True, slots=True)
class _Took:
    """How long something takes by the wall and of the processors, in ms; the median of many."""

    wall: float
    processors: float

    def add(self, rows: Rows, name: str, ratio_to: str | None = None) -> None:
        """Add a row of each; that of the processors tells the truth on a machine others use."""
        rows.add(name, self.wall, "ms", ratio_to)
        rows.add(f"{name}_cpu", self.processors, "ms of processor", ratio_to and f"{ratio_to}_cpu")


def _median(makes: Iterable[Callable[[], None]], spent: Spent) -> _Took:
    """Do each of these; the first sixth warms connections and plans."""
    wall: list[float] = []
    processors: list[float] = []
    for make in makes:
        began, before = time.perf_counter(), spent()
        make()
        processors.append(spent() - before)
        wall.append(time.perf_counter() - began)
    median_ms = [statistics.median(took[len(took) // 6 :]) * 1000 for took in (wall, processors)]
    return _Took(*median_ms)


def _completion(house: House, owner: psycopg.Connection, instances: Sequence[InstanceId]) -> _Took:
    rounds = chain.from_iterable(one_round(house, instances) for _ in range(ROUNDS))
    return _median(rounds, both_sides(owner))


def _first_page(house: House, owner: psycopg.Connection, username: str) -> _Took:
    def read() -> None:
        with house.services.begin() as work:
            work.work_items.search(WorkItemQuery(person=PEOPLE[username]), PageRequest(limit=50))

    return _median([read] * PAGES, both_sides(owner))


def _a_finished_one(house: House) -> InstanceId:
    """Carry one document from registration to its end."""
    instance_id = register(house, upload(house, a_pdf()), HISTORY)
    for username, outcome, data in (
        ("chutich", "assign", {"lead_unit": LEAD_UNIT}),
        ("truongphong", "assign", {"handler": str(PEOPLE["chuyenvien"].id)}),
        ("chuyenvien", "done", {"result": "Đã giải quyết."}),
    ):
        (item_id,) = open_items(house, [instance_id])
        complete(house, item_id, PEOPLE[username], outcome, dict(data))
    return instance_id


def _id(kind: int) -> sql.Composed:
    """Return the id of the copy *n* of a row, in the order of the copies; kinds of rows do not meet."""
    return sql.SQL("({} || lpad(to_hex(n), 16, '0'))::uuid").format(f"01000000000{kind:x}7000")


def _copy_history(owner: psycopg.Connection, template: InstanceId, many: int) -> None:
    (document_id,) = _one(owner, "SELECT document_id FROM instances WHERE id = %s", template)
    document, instance, item, event = _id(1), _id(2), _id(3), _id(4)
    of_instance = {"instance_id": instance}
    with _unguarded(owner):
        for start in range(0, many, BATCH):
            numbers = (start, min(start + BATCH, many) - 1)
            with owner.transaction():
                _copy(owner, "documents", {"id": document}, ("id", document_id), numbers)
                _copy(owner, "instances", {"id": instance, "document_id": document}, ("id", template), numbers)
                own = {"id": item, **of_instance, "document_id": document, "task_id": item}
                _copy(owner, "work_items", own, ("instance_id", template), numbers, first=True)
                _copy(owner, "activities", of_instance, ("instance_id", template), numbers)
                _copy(owner, "audit_events", {"id": event}, ("subject_id", str(document_id)), numbers, first=True)
    owner.execute("VACUUM ANALYZE documents, instances, work_items, activities, audit_events")


def _open_items_for_all(owner: psycopg.Connection, template: InstanceId, start: int, end: int) -> None:
    """Open items like the template's: half for the leader, half for some unit, one in a thousand somebody's own."""
    spread = {
        "id": _id(5),
        "task_id": _id(6),
        "state": sql.SQL("'open'"),
        "outcome": sql.SQL("NULL"),
        "completed_by": sql.SQL("NULL"),
        "completed_at": sql.SQL("NULL"),
        "seen_at": sql.SQL("NULL"),
        "seen_by": sql.SQL("NULL"),
        "opened_at": sql.SQL("now() - make_interval(secs => n)"),
        "roles": sql.SQL("CASE WHEN n % 2 = 0 THEN '{{head}}'::text[] ELSE '{{head_of_unit}}'::text[] END").format(),
        "unit_id": sql.SQL("CASE WHEN n % 2 = 0 THEN NULL WHEN n % 50 = 1 THEN {}::uuid ELSE {} END").format(
            LEAD_UNIT, _id(7)
        ),
        "assignee": sql.SQL("CASE WHEN n % 1000 = 7 THEN {}::uuid END").format(str(PEOPLE["chuyenvien"].id)),
    }
    with _unguarded(owner):
        for first in range(start, end, BATCH):
            numbers = (first, min(first + BATCH, end) - 1)
            _copy(owner, "work_items", spread, ("instance_id", template), numbers, first=True)
    owner.execute("VACUUM ANALYZE work_items")


def _copy(
    owner: psycopg.Connection,
    table: LiteralString,
    own: Mapping[str, sql.Composable],
    template: tuple[LiteralString, object],
    numbers: tuple[int, int],
    *,
    first: bool = False,
) -> None:
    """Copy the template's rows of a table for each number; *own* columns are reckoned from the number ``n``."""
    named = owner.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped"
        " AND attgenerated = '' AND attidentity = ''",
        [table],
    )
    columns = [name for (name,) in named]
    values = [own.get(name, sql.Identifier(name)) for name in columns]
    wanted = sql.SQL("SELECT * FROM {} WHERE {} = {}{}").format(
        sql.Identifier(table), sql.Identifier(template[0]), template[1], sql.SQL(" LIMIT 1" if first else "")
    )
    owner.execute(
        sql.SQL("INSERT INTO {} ({}) SELECT {} FROM ({}) AS template, generate_series({}, {}) AS n").format(
            sql.Identifier(table),
            sql.SQL(", ").join(map(sql.Identifier, columns)),
            sql.SQL(", ").join(values),
            wanted,
            *numbers,
        )
    )


def _one(owner: psycopg.Connection, question: LiteralString, *given: object) -> tuple[object, ...]:
    found = owner.execute(question, given).fetchone()
    if found is None:
        raise LookupError(question)
    return found


@contextmanager
def _unguarded(owner: psycopg.Connection) -> Iterator[None]:
    """Leave the guards out while copies are made: they stand for events that were."""
    for switch in ("DISABLE", "ENABLE"):
        for table in _COPIED:
            owner.execute(sql.SQL("ALTER TABLE {} {} TRIGGER USER").format(sql.Identifier(table), sql.SQL(switch)))
        if switch == "DISABLE":
            yield
