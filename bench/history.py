"""What a long history and a full desk change: a completion beside finished procedures, an inbox beside open items.

`VANTHU_BENCH_HISTORY` says how many there are, 20,000 if it says nothing; the aims are about 1,000,000, which take some
minutes to make. The rows are copies of those of one real procedure, so they are as wide as real ones.
"""

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, LiteralString

import psycopg
from psycopg import sql

from api.settings import inherited_environment
from api.wiring import House, open_house
from bench.houses import LEAD_UNIT, PEOPLE, finish, measured_house, one_round, register, upload
from bench.processors import Spent, both_sides
from bench.rows import Rows
from engine.ids import InstanceId
from engine.queries import PageRequest, WorkItemQuery
from tests.support.office import a_pdf

HISTORY: Final = int(inherited_environment().get("VANTHU_BENCH_HISTORY", "20000"))
FEW_OPEN: Final = 10_000
BATCH: Final = 50_000
ROUNDS: Final = 60
PAGES: Final = 60
PAGE: Final = 50
READERS: Final = ("chutich", "truongphong", "chuyenvien", "phochutich")
"""Who may do half of it, a fiftieth, a hundredth, nothing: each but the last has more than a page."""

_COPIED: Final = ("documents", "instances", "work_items", "activities", "audit_events")


@dataclass(frozen=True, slots=True)
class _Place:
    """A house with its own database; *template* is what is copied, *own* is what is worked on."""

    house: House
    owner: psycopg.Connection
    template: InstanceId
    own: Sequence[InstanceId]
    spent: Spent


def measure(rows: Rows) -> None:
    """Add a completion beside history and alone, and the inbox's first page beside many open items and few.

    The long and the short have a database each and are measured in turns, so that whoever else uses the machine slows
    both down alike.
    """
    with _place() as short, _place() as long:
        _copy_history(long.owner, long.template, HISTORY)
        completions = (_completions(short), _completions(long))
        _add(rows, "completion_alone", f"completion_history_{HISTORY}", _in_turns((short, long), completions))
        few = min(FEW_OPEN, HISTORY)
        _open_items_for_all(short.owner, short.template, few)
        _open_items_for_all(long.owner, long.template, HISTORY)
        for username in READERS:
            pages = (_first_pages(short, username), _first_pages(long, username))
            took = _in_turns((short, long), pages)
            _add(rows, f"inbox_{few}_{username}", f"inbox_{HISTORY}_{username}", took)


@contextmanager
def _place() -> Iterator[_Place]:
    with ExitStack() as opened:
        folder = opened.enter_context(tempfile.TemporaryDirectory(prefix="vanthu-bench-"))
        settings = opened.enter_context(measured_house(Path(folder)))
        house = opened.enter_context(open_house(settings, connections=1))
        owner = opened.enter_context(psycopg.connect(settings.database_owner_url or "", autocommit=True))
        template, *own = (register(house, upload(house, a_pdf()), number) for number in range(9))
        finish(house, template)
        yield _Place(house=house, owner=owner, template=template, own=own, spent=both_sides(owner))


@dataclass(frozen=True, slots=True)
class _Took:
    """How long something takes by the wall and of the processors, both sides together, in ms; the median of many."""

    wall: float
    processors: float


def _add(rows: Rows, short: str, long: str, took: Sequence[_Took]) -> None:
    """Add a row of each; that of the processors tells the truth on a machine others use."""
    for name, one, ratio_to in zip((short, long), took, (None, short), strict=True):
        rows.add(name, one.wall, "ms", ratio_to)
        rows.add(f"{name}_cpu", one.processors, "ms of processor", ratio_to and f"{ratio_to}_cpu")


Makes = Iterator[Callable[[], object]]


def _in_turns(places: Sequence[_Place], makes: Sequence[Makes]) -> list[_Took]:
    """Do one of the first, one of the second, and so on; the first sixth warms connections and plans."""
    wall: list[list[float]] = [[] for _ in places]
    processors: list[list[float]] = [[] for _ in places]
    for turn in zip(*makes, strict=True):
        for number, make in enumerate(turn):
            began, before = time.perf_counter(), places[number].spent()
            make()
            processors[number].append(places[number].spent() - before)
            wall[number].append(time.perf_counter() - began)
    return [_Took(_median_ms(one), _median_ms(other)) for one, other in zip(wall, processors, strict=True)]


def _median_ms(took: Sequence[float]) -> float:
    return statistics.median(took[len(took) // 6 :]) * 1000


def _completions(place: _Place) -> Makes:
    for _ in range(ROUNDS):
        yield from one_round(place.house, place.own)


def _first_pages(place: _Place, username: str) -> Makes:
    def read() -> None:
        with place.house.services.begin() as work:
            work.work_items.search(WorkItemQuery(person=PEOPLE[username]), PageRequest(limit=PAGE))

    for _ in range(PAGES):
        yield read


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


def _open_items_for_all(owner: psycopg.Connection, template: InstanceId, many: int) -> None:
    """Open items like the template's: half for the leader, half for some unit, one in a hundred somebody's own."""
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
        "assignee": sql.SQL("CASE WHEN n % 100 = 7 THEN {}::uuid END").format(str(PEOPLE["chuyenvien"].id)),
    }
    with _unguarded(owner):
        for first in range(0, many, BATCH):
            numbers = (first, min(first + BATCH, many) - 1)
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
