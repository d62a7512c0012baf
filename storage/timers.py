"""Timers as rows, found by when they are due; and what wakes a worker when one is set."""

import threading
import time
from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

import psycopg
from psycopg.conninfo import make_conninfo
from sqlalchemy import DateTime, Uuid, bindparam, column, delete, exists, extract, func, select, text, true, update
from sqlalchemy.dialects.postgresql import ARRAY, insert

from engine.ids import AgencyId, InstanceId, TaskId
from engine.instances import Instance
from engine.timers import DueTimer, Timer
from storage.database import KEEPALIVE
from storage.rows import INSTANCE_COLUMNS, instance_from
from storage.schema import instances, timers
from storage.statements import AnyRow, Fixed, Statements, row_of

GLANCE_S: Final = 1.0
"""How often somebody who waits looks whether to stop."""
CHANNEL: Final = "vanthu_timers"
"""Where the database tells of new timers (migration 0010)."""

_KEPT = (
    func.unnest(bindparam("task_ids", type_=ARRAY(Uuid)), bindparam("due_ats", type_=ARRAY(DateTime(timezone=True))))
    .table_valued(column("task_id", Uuid), column("due_at", DateTime(timezone=True)))
    .render_derived()
)
_FORGET = Fixed(
    delete(timers).where(
        timers.c.instance_id == bindparam("of_instance"),
        ~exists(select(true()).where(_KEPT.c.task_id == timers.c.task_id, _KEPT.c.due_at == timers.c.due_at)),
    )
)
_NAMES = ("instance_id", "task_id", "agency_id", "element_id", "due_at", "try_at", "counted_by")
_GIVEN = (
    func.unnest(*(bindparam(name, type_=ARRAY(timers.c[name].type)) for name in _NAMES))
    .table_valued(*(column(name, timers.c[name].type) for name in _NAMES))
    .render_derived()
)
_ADDED = insert(timers).from_select(list(_NAMES), select(_GIVEN))
# One that stays is due when it was; a change of the calendar need not have moved it.
_SET = Fixed(
    _ADDED.on_conflict_do_update(
        index_elements=["instance_id", "task_id"],
        set_={"counted_by": _ADDED.excluded.counted_by},
        where=timers.c.counted_by.is_distinct_from(_ADDED.excluded.counted_by),
    )
)
_COUNTED_BEFORE = Fixed(
    select(timers.c.instance_id)
    .where(
        timers.c.agency_id == bindparam("of_agency"),
        timers.c.counted_by < bindparam("version"),
        timers.c.instance_id > bindparam("behind"),
    )
    .order_by(timers.c.instance_id)
    .limit(1)
)
_OF_INSTANCE = Fixed(select(timers).where(timers.c.instance_id == bindparam("of_instance")))
# The instance is what is locked, as by everybody who changes a timer: nobody waits for two things in another order.
_CLAIM = Fixed(
    select(timers, *(one.label(f"of_instance_{one.name}") for one in INSTANCE_COLUMNS))
    .join(instances, instances.c.id == timers.c.instance_id)
    .where(timers.c.try_at <= func.now())
    .order_by(timers.c.try_at)
    .limit(1)
    .with_for_update(of=instances, skip_locked=True)
)
# Between the look at the timer and the lock of its instance, somebody else may have fired or moved it.
_STILL = Fixed(
    select(func.now().label("at")).where(
        exists(
            select(true()).where(
                timers.c.instance_id == bindparam("of_instance"),
                timers.c.task_id == bindparam("of_task"),
                timers.c.due_at == bindparam("due"),
                timers.c.try_at <= func.now(),
            )
        )
    )
)
_TIMER_END = len(timers.c)
_InstanceRow = row_of(one.name for one in INSTANCE_COLUMNS)
# Timers that failed together do not come back together.
_PUT_OFF = Fixed(
    text(
        "UPDATE timers SET try_at = now() + :pause * (1 + random() * 0.25), failures = failures + 1"
        " WHERE instance_id = :of_instance AND task_id = :of_task"
    )
)
_TRY_NOW = Fixed(
    update(timers)
    .where(timers.c.instance_id == bindparam("of_instance"), timers.c.task_id == bindparam("of_task"))
    .values(try_at=func.greatest(timers.c.due_at, func.now()))
    .returning(timers.c.task_id)
)
_NEXT = Fixed(select(extract("epoch", func.min(timers.c.try_at) - func.now()).label("seconds")))


class PostgresTimers:
    """Timers, as one transaction sees them."""

    def __init__(self, connection: Statements) -> None:
        self._connection = connection

    def replace(self, instance_id: InstanceId, kept: Sequence[Timer]) -> None:
        """Make *kept* all timers of a locked instance; one that was there before stays as it is."""
        given = {"task_ids": [timer.task_id for timer in kept], "due_ats": [timer.due_at for timer in kept]}
        self._connection.later(_FORGET, {"of_instance": instance_id, **given})
        if kept:
            rows = [_values(timer) for timer in kept]
            self._connection.later(_SET, {name: [row[name] for row in rows] for name in _NAMES})

    def of_instance(self, instance_id: InstanceId) -> Sequence[Timer]:
        """Return the timers of an instance."""
        return [_timer(row) for row in self._connection.ask(_OF_INSTANCE, {"of_instance": instance_id})]

    def claim(self) -> tuple[DueTimer, Instance] | None:
        """Return the timer that is due the longest and its instance, locked, passing over those somebody is at."""
        row = self._connection.ask_one(_CLAIM, {})
        if row is None:
            return None
        timer, instance = _timer(row), instance_from(_InstanceRow._make(row[_TIMER_END:]))
        key = {"of_instance": timer.instance_id, "of_task": timer.task_id}
        still = self._connection.ask_one(_STILL, {**key, "due": timer.due_at})
        if still is None:
            return None
        self._connection.seen.instances[instance.id] = instance
        return DueTimer(timer=timer, at=still.at, failures=row.failures), instance

    def put_off(self, due: DueTimer) -> None:
        """Leave a timer of a locked instance alone for its pause, by the database's clock and a little by chance."""
        key = {"of_instance": due.timer.instance_id, "of_task": due.timer.task_id}
        self._connection.later(_PUT_OFF, {**key, "pause": due.pause})

    def try_now(self, instance_id: InstanceId, task_id: TaskId) -> bool:
        """Have the timer of a locked instance tried at once if it is due; say whether there still is one."""
        tried = self._connection.ask_one(_TRY_NOW, {"of_instance": instance_id, "of_task": task_id})
        return tried is not None

    def find_counted_before(
        self, agency_id: AgencyId, version: int, after: InstanceId | None = None
    ) -> InstanceId | None:
        """Return the next instance by id with a timer in working time of an older calendar, or None."""
        asked = {"of_agency": agency_id, "version": version, "behind": after or UUID(int=0)}
        found = self._connection.ask_one(_COUNTED_BEFORE, asked)
        return None if found is None else InstanceId(found.instance_id)

    def seconds_to_next(self) -> float | None:
        """Return how long it is until a timer is to be tried, by the database's clock; None where there is none."""
        (row,) = self._connection.ask(_NEXT, {})
        return None if row.seconds is None else float(row.seconds)


class TimerAlarm:
    """A connection on which the database says that a timer was set; used by one thread."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: psycopg.Connection[tuple[Any, ...]] | None = None

    def wait(self, seconds: float, stop: threading.Event) -> None:
        """Wait until a timer is set, *stop* is, or so many seconds are over; without the database, for these only."""
        try:
            if self._connection is None:
                self._connection = psycopg.connect(make_conninfo(self._url, **KEEPALIVE), autocommit=True)
                self._connection.execute(f"LISTEN {CHANNEL}")
                return  # what was set before somebody listened was not heard
            deadline = time.monotonic() + seconds
            while not stop.is_set() and (left := deadline - time.monotonic()) > 0:
                if list(self._connection.notifies(timeout=min(left, GLANCE_S), stop_after=1)):
                    return
        except psycopg.Error:
            self.close()
            stop.wait(seconds)

    def close(self) -> None:
        """Close the connection, if there is one."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _values(timer: Timer) -> dict[str, Any]:
    kept = {name: getattr(timer, name) for name in _NAMES if name != "try_at"}
    return {**kept, "try_at": timer.due_at}


def _timer(row: AnyRow) -> Timer:
    return Timer(
        instance_id=InstanceId(row.instance_id),
        agency_id=AgencyId(row.agency_id),
        task_id=TaskId(row.task_id),
        element_id=row.element_id,
        due_at=row.due_at,
        counted_by=row.counted_by,
    )
