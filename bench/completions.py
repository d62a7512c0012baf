"""Completions of work items through the actions on PostgreSQL, beside bare one-row commits."""

import multiprocessing
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing.synchronize import Barrier

import psycopg

from api.settings import Settings
from api.wiring import House, database_url, open_house
from bench.houses import STEPS, one_round, register, upload
from bench.rows import Rows
from engine.ids import InstanceId
from tests.support.office import a_pdf

CLIENTS = (1, 2, 4)
SECONDS = 4.0
LOOPS = 1_000
EDGE = 100


def measure(settings: Settings, rows: Rows) -> None:
    """Add bare commits and completions for 1, 2 and 4 clients, each a process of its own, and the loop."""
    with psycopg.connect(settings.database_owner_url or "", autocommit=True) as owner:
        owner.execute("CREATE UNLOGGED TABLE IF NOT EXISTS bench_commits (id bigserial PRIMARY KEY, at timestamptz)")
        owner.execute("ALTER TABLE bench_commits SET LOGGED")
        owner.execute("GRANT INSERT ON bench_commits TO vanthu_app")
        owner.execute("GRANT USAGE ON SEQUENCE bench_commits_id_seq TO vanthu_app")
    for clients in CLIENTS:
        bare = "bare_commit" if clients == 1 else f"bare_commit_{clients}"
        rows.add(bare, rate(settings, clients, _commit), "commits/s")
        rows.add(f"completions_{clients}", rate(settings, clients, _complete), "completions/s", bare)
    _loop(settings, rows)


Client = Callable[[Settings, Barrier], int]


def rate(settings: Settings, clients: int, client: Client) -> float:
    """Return how many units of work per second that many client processes get done together."""
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(clients)
    with ProcessPoolExecutor(clients, mp_context=context, initializer=_share, initargs=(barrier,)) as pool:
        running = [pool.submit(_run, settings, client) for _ in range(clients)]
        return sum(client.result() for client in running) / SECONDS


_barrier: list[Barrier] = []


def _share(barrier: Barrier) -> None:
    _barrier.append(barrier)


def _run(settings: Settings, client: Client) -> int:
    return client(settings, _barrier[0])


def _commit(settings: Settings, barrier: Barrier) -> int:
    with psycopg.connect(database_url(settings)) as connection:
        barrier.wait()
        done, end = 0, time.perf_counter() + SECONDS
        while time.perf_counter() < end:
            connection.execute("INSERT INTO bench_commits (at) VALUES (now())")
            connection.commit()
            done += 1
    return done


def _complete(settings: Settings, barrier: Barrier) -> int:
    with open_house(settings, connections=1) as house:
        instances = [register(house, upload(house, a_pdf()), number) for number in range(8)]
        _round(house, instances)
        barrier.wait()
        done, end = 0, time.perf_counter() + SECONDS
        while time.perf_counter() < end:
            done += _round(house, instances)
    return done


def _round(house: House, instances: Sequence[InstanceId]) -> int:
    """Have each person read the desk once and complete what lies on it; return how many completions that was."""
    done = 0
    for make in one_round(house, instances):
        make()
        done += 1
    return done


def _loop(settings: Settings, rows: Rows) -> None:
    """Send one document back a thousand times; the last hundred steps should take what the first took."""
    took = []
    with open_house(settings, connections=1) as house:
        instance_id = register(house, upload(house, a_pdf()), LOOPS)
        for _ in range(LOOPS):
            began = time.perf_counter()
            _round(house, [instance_id])
            took.append(time.perf_counter() - began)
    first, last = sum(took[:EDGE]), sum(took[-EDGE:])
    rows.add_ratio("loop_1000", last / EDGE / len(STEPS) * 1000, "ms/completion", last / first, "first 100 rounds")
