"""Jobs belong to the transaction that asks for them, and outlive the worker that dies with them."""

import asyncio
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from multiprocessing.synchronize import Event

import psycopg
import pytest
from procrastinate.jobs import Job

from engine.errors import Conflict
from storage.database import ChangeNotRecorded, DatabaseAway, create_engine
from storage.jobs import Backoff, rescue, worker_app
from tests.storage.builders import an_office, incoming
from tests.support.postgres import Database


class Refused(Conflict):
    """The rules say no."""

    code = "test.refused"
    template = "No."


def jobs(database: Database) -> list[tuple[object, ...]]:
    with psycopg.connect(database.owner_url) as connection:
        return connection.execute("SELECT task_name, args, status::text FROM procrastinate_jobs ORDER BY id").fetchall()


def wait_for(question: Callable[[], bool], limit_s: float = 30) -> None:
    limit = time.monotonic() + limit_s
    while not question():
        assert time.monotonic() < limit, "it did not happen in time"
        time.sleep(0.05)


def test_a_job_exists_once_its_transaction_commits(database: Database) -> None:
    with database.begin()() as work:
        work.jobs.defer("archive", {"task_id": "1", "parameters": '{"a": 1}'})
        assert jobs(database) == []

    assert jobs(database) == [("archive", {"task_id": "1", "parameters": '{"a": 1}'}, "todo")]


def test_a_job_goes_with_its_transaction(database: Database) -> None:
    def refused() -> None:
        with database.begin()() as work:
            work.jobs.defer("archive", {})
            raise Refused

    with pytest.raises(Refused):
        refused()

    assert jobs(database) == []


def test_a_job_asked_for_beside_a_change_without_leaf_goes_too(database: Database) -> None:
    begin = database.begin()
    with begin() as work:
        office = an_office(work)

    def unrecorded() -> None:
        with begin() as work:
            work.documents.add(incoming(office))
            work.jobs.defer("archive", {})

    with pytest.raises(ChangeNotRecorded):
        unrecorded()

    assert jobs(database) == []


def test_a_worker_runs_what_was_committed(database: Database) -> None:
    done = threading.Event()
    app = worker_app(database.application_url, engine=database.engine())

    @app.task(name="greet")
    def greet(name: str) -> None:
        assert name == "Hà"
        done.set()

    with database.begin()() as work:
        work.jobs.defer("greet", {"name": "Hà"})
    app.run_worker(wait=False, install_signal_handlers=False)

    assert done.is_set()


def stuck_worker(url: str, started: Event) -> None:
    app = worker_app(url, engine=create_engine(url))

    @app.task(name="slow")
    def slow() -> None:
        started.set()
        time.sleep(600)

    app.run_worker()


def test_the_job_of_a_killed_worker_is_given_back(database: Database) -> None:
    processes = multiprocessing.get_context("spawn")
    started = processes.Event()
    with database.begin()() as work:
        work.jobs.defer("slow", {})
    worker = processes.Process(target=stuck_worker, args=(database.application_url, started))
    worker.start()
    assert started.wait(30)
    engine = database.engine()
    assert rescue(engine) == 0, "a worker that lives keeps its job"

    os.kill(worker.pid or 0, signal.SIGKILL)
    worker.join(30)

    def given_back() -> bool:
        rescue(engine, stale_after_s=1.0)
        return [job[2] for job in jobs(database) if job[0] == "slow"] == ["todo"]

    wait_for(given_back)


def test_another_worker_finishes_the_job_of_a_killed_one_by_itself(database: Database) -> None:
    abandon(database, "lost")
    app = worker_app(database.application_url, engine=database.engine())
    worker = asyncio.Event()

    @app.task(name="lost")
    async def lost() -> None:
        worker.set()

    async def run() -> None:
        async with app.open_async():
            running = asyncio.create_task(app.run_worker_async(install_signal_handlers=False, concurrency=2))
            await asyncio.wait_for(worker.wait(), 30)
            running.cancel()
            await asyncio.wait([running])

    asyncio.run(run())

    assert worker.is_set()


def abandon(database: Database, task: str, lock: str | None = None) -> None:
    """Leave a job as one that a worker was at which died an hour ago."""
    with psycopg.connect(database.owner_url) as connection:
        connection.execute(
            "WITH dead AS (INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour')"
            " RETURNING id) INSERT INTO procrastinate_jobs (queue_name, task_name, queueing_lock, status, worker_id)"
            " SELECT 'default', %s, %s, 'doing', id FROM dead",
            [task, lock],
        )


def test_workers_that_died_while_they_rescued_keep_nobody_from_rescuing(database: Database) -> None:
    for task, lock in (("rescue", "rescue"), ("lost", None), ("rescue", "rescue"), ("lost too", None)):
        abandon(database, task, lock)

    assert rescue(database.engine()) == 3

    assert [(job[0], job[2]) for job in jobs(database)] == [("rescue", "todo"), ("lost", "todo"), ("lost too", "todo")]


def a_job(attempts: int) -> Job:
    return Job(id=1, queue="default", lock=None, queueing_lock=None, task_name="x", attempts=attempts)


def test_a_neighbour_that_is_away_is_asked_again_later_and_later() -> None:
    backoff = Backoff(errors=(DatabaseAway,), cap_s=60)
    now = datetime.now(UTC)

    decisions = [backoff.get_retry_decision(exception=DatabaseAway(), job=a_job(n)) for n in (0, 3, 500)]

    waits = [decision.retry_at - now for decision in decisions if decision and decision.retry_at]
    for wait, (least, most) in zip(waits, [(1, 2), (8, 11), (60, 76)], strict=True):
        assert timedelta(seconds=least) <= wait <= timedelta(seconds=most)


def test_after_the_last_attempt_a_person_is_asked() -> None:
    backoff = Backoff(errors=(DatabaseAway,), attempts=3)

    assert not backoff.is_last(a_job(1))
    assert backoff.is_last(a_job(2))
    assert backoff.get_retry_decision(exception=DatabaseAway(), job=a_job(2)) is None


def test_a_refusal_is_not_tried_again() -> None:
    assert Backoff(errors=(DatabaseAway,)).get_retry_decision(exception=Refused(), job=a_job(0)) is None
