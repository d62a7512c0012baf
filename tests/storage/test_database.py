"""Connections whose process was killed: what they held is free again within seconds."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from sqlalchemy import text

from tests.support.postgres import Database

PATIENCE_S = 60.0
OURS, ANOTHERS = 1, 2
MINUTES = """
import sys
from sqlalchemy import text
from storage.database import create_engine

url, then = sys.argv[1:]
with create_engine(url, lock_limit_s=120, statement_limit_s=120, idle_limit_s=120).begin() as held:
    held.execute(text("SELECT pg_advisory_xact_lock(1)"))
    held.execute(text(then))
    sys.stdin.read()
"""
"""A process that holds our lock, does something more, and is patient."""
HELD = (
    "SELECT wait_event FROM pg_stat_activity JOIN pg_locks USING (pid)"
    " WHERE locktype = 'advisory' AND objid = 1 AND granted"
)


@contextmanager
def holding(database: Database, then: str, waits: str) -> Iterator["subprocess.Popen[bytes]"]:
    """Run such a process and wait until the server's process for it holds the lock and does what comes then."""
    process = subprocess.Popen([sys.executable, "-c", MINUTES, database.application_url, then], stdin=subprocess.PIPE)
    try:
        deadline = time.monotonic() + PATIENCE_S
        with psycopg.connect(database.application_url, autocommit=True) as looker:
            while looker.execute(HELD).fetchone() != (waits,):
                assert time.monotonic() < deadline, f"it does not come to {then}"
                time.sleep(0.05)
        yield process
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize(
    ("then", "waits"),
    [
        ("SELECT 1", "ClientRead"),
        ("SELECT pg_sleep(100)", "PgSleep"),
        (f"SELECT pg_advisory_xact_lock({ANOTHERS})", "advisory"),
    ],
    ids=["between two statements", "in the middle of one", "waiting for another's lock"],
)
def test_what_a_killed_process_held_is_free_before_anybody_is_refused_for_it(
    database: Database, then: str, waits: str
) -> None:
    engine = database.engine()
    with engine.begin() as another:
        another.execute(text(f"SELECT pg_advisory_xact_lock({ANOTHERS})"))
        with holding(database, then, waits) as process:
            process.kill()

            with engine.begin() as next_one:
                assert next_one.execute(text(f"SELECT pg_advisory_xact_lock({OURS})")).rowcount == 1


def test_the_server_is_told_how_soon_it_is_to_notice_that_a_host_is_gone(database: Database) -> None:
    with database.engine().begin() as connection:
        told = connection.execute(text("SELECT name FROM pg_settings WHERE source = 'client'")).scalars().all()

    assert {"client_connection_check_interval", "tcp_keepalives_idle", "tcp_user_timeout"} <= set(told)
    assert {"lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout"} <= set(told)
