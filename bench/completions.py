"""Completions of work items through the actions on PostgreSQL, beside bare one-row commits."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import psycopg

from api.settings import Settings
from api.wiring import House, database_url, open_house
from bench.houses import STEPS, finish, one_round, register, upload
from bench.rows import Rows
from bench.turns import Round, compare
from engine.ids import InstanceId
from tests.support.office import a_pdf

CLIENTS = (1, 2, 4)
COMMITS = 50
"""Of a round, about as long as one of completions."""
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
        compared = compare(settings, clients, committing, completing)
        rows.add(bare, compared.first, "commits/s")
        rows.add(f"completions_{clients}", compared.second, "completions/s", bare, ratio=compared.ratio)
    _loop(settings, rows)


@contextmanager
def committing(settings: Settings, _number: int) -> Iterator[Round]:
    """Make bare commits of one row each ready."""
    with psycopg.connect(database_url(settings)) as connection:

        def commit() -> int:
            for _ in range(COMMITS):
                connection.execute("INSERT INTO bench_commits (at) VALUES (now())")
                connection.commit()
            return COMMITS

        yield commit


@contextmanager
def completing(settings: Settings, _number: int) -> Iterator[Round]:
    """Make eight documents ready that are sent back and forth, and bring them to their end."""
    with open_house(settings, connections=1) as house:
        instances = [register(house, upload(house, a_pdf()), number) for number in range(8)]
        yield lambda: _round(house, instances)
        for instance_id in instances:
            finish(house, instance_id)  # it would lie on the desks of whoever comes next


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
    rows.add("loop_1000", last / EDGE / len(STEPS) * 1000, "ms/completion", "first 100 rounds", ratio=last / first)
