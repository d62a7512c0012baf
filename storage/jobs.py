"""Work for the workers, kept by the transaction that asks for it; procrastinate hands it out after the commit.

A job may run twice (a worker dies after its work, before saying so), so what it does must be harmless the second time.
"""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from procrastinate import App, BaseRetryStrategy, JobContext, PsycopgConnector, RetryDecision, SyncPsycopgConnector
from procrastinate.app import WorkerOptions
from procrastinate.jobs import Job
from psycopg.conninfo import make_conninfo
from sqlalchemy import Connection, Engine, bindparam, text
from sqlalchemy.exc import IntegrityError

from storage.database import KEEPALIVE
from storage.statements import Statements

HEARTBEAT_S: Final = 2.0
STALE_AFTER_S: Final = 6.0
RESCUE: Final = "rescue"
CONNECTION_LIMIT_S: Final = 5.0

WORKER_OPTIONS: Final[WorkerOptions] = {
    "update_heartbeat_interval": HEARTBEAT_S,
    "stalled_worker_timeout": STALE_AFTER_S,
    "fetch_job_polling_interval": 5.0,
    "delete_jobs": "successful",
    "listen_notify": True,
}
"""What every worker is started with, beside its queues and its concurrency (at least 2, or a rescue waits in line)."""

# procrastinate gives a job back only when it is asked; a dead worker's jobs would stay 'doing' for ever.
_ABANDONED = text(
    "SELECT job.id FROM procrastinate_jobs AS job"
    " LEFT JOIN procrastinate_workers AS worker ON worker.id = job.worker_id"
    " WHERE job.status = 'doing'"
    " AND (worker.id IS NULL OR worker.last_heartbeat < now() - make_interval(secs => :stale))"
    " FOR UPDATE OF job SKIP LOCKED"
).bindparams(bindparam("stale"))
_GIVE_BACK = text("SELECT procrastinate_retry_job_v2(:job, now(), NULL, NULL, NULL)")
_DROP = text("DELETE FROM procrastinate_jobs WHERE id = :job")


class JobQueue:
    """The jobs a transaction asks for; they exist for the workers once it commits."""

    # It is never opened: every job goes through the connection of its own transaction.
    _APP: Final = App(connector=SyncPsycopgConnector())

    def __init__(self, connection: Statements) -> None:
        self._connection = connection

    def defer(self, name: str, arguments: Mapping[str, str]) -> None:
        """Have the worker run the job *name* with these arguments once this transaction is committed."""
        self._connection.begin()
        own = self._connection.driver
        self._APP.configure_task(name, connection=own, allow_unknown=True).defer(**arguments)


@dataclass(frozen=True, slots=True, kw_only=True)
class Backoff(BaseRetryStrategy):
    """How a failed job is tried again: after 1, 2, 4, … seconds, at most *cap_s*, a little later by chance.

    Attributes:
        errors: Only these are tried again.
        endless: Those of them that are tried again for ever: what is away comes back.
        attempts: How often at most in all; None: for ever.
    """

    errors: tuple[type[Exception], ...]
    endless: tuple[type[Exception], ...] = ()
    attempts: int | None = None
    cap_s: float = 300.0

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """Return when to try again, or None to give up."""
        if not isinstance(exception, self.errors):
            return None
        if self.is_last(job) and not isinstance(exception, self.endless):
            return None
        wait = min(self.cap_s, 2.0 ** min(job.attempts, 30))
        # Jobs that failed together, when a neighbour went away, do not come back together.
        late = wait * random.uniform(1.0, 1.25)  # noqa: S311 - no secret
        return RetryDecision(retry_at=datetime.now(UTC) + timedelta(seconds=late))

    def is_last(self, job: Job) -> bool:
        """Say whether this attempt is the last; ``job.attempts`` counts those before it."""
        return self.attempts is not None and job.attempts + 1 >= self.attempts


def worker_app(url: str, *, engine: Engine, pool_size: int = 4) -> App:
    """Return the application a worker runs: jobs are registered on it, the rescue of jobs is there already.

    Args:
        url: Address (libpq URI) for procrastinate's own connections.
        engine: For the rescue.
        pool_size: Connections that fetch and finish jobs.
    """
    app = App(
        connector=PsycopgConnector(
            conninfo=make_conninfo(url, **KEEPALIVE), min_size=1, max_size=pool_size, timeout=CONNECTION_LIMIT_S
        ),
        worker_defaults=WORKER_OPTIONS,
    )

    @app.periodic(cron="* * * * * */3", periodic_id=RESCUE)
    @app.task(name=RESCUE, queueing_lock=RESCUE, pass_context=True)
    def run_rescue(context: JobContext, timestamp: int) -> None:
        del context, timestamp
        rescue(engine)

    return app


def add_round(app: App, name: str, cron: str, act: Callable[[], object]) -> None:
    """Have the workers run *act* again and again, one of them at a time.

    Args:
        app: The worker's application.
        name: Of the job.
        cron: When, with seconds last, as in '* * * * * */2'.
        act: Must not raise: a failed job stays in the queue's table.
    """

    @app.periodic(cron=cron, periodic_id=name)
    @app.task(name=name, queueing_lock=name, lock=name, pass_context=True)
    def run(context: JobContext, timestamp: int) -> None:
        del context, timestamp
        act()


def rescue(engine: Engine, *, stale_after_s: float = STALE_AFTER_S) -> int:
    """Give back the jobs of workers that have not been heard of for *stale_after_s*; return how many."""
    with engine.begin() as connection:
        abandoned = connection.execute(_ABANDONED, {"stale": stale_after_s}).scalars().all()
        return sum(_give_back(job, connection) for job in abandoned)


def _give_back(job: int, connection: Connection) -> bool:
    try:
        with connection.begin_nested():
            connection.execute(_GIVE_BACK, {"job": job})
    except IntegrityError:
        # Of jobs with a queueing lock, such as this rescue, one may wait at a time: another does this one's work.
        connection.execute(_DROP, {"job": job})
        return False
    return True
