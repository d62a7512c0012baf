"""What is only kept is sent with others, and none of them loses by it."""

from collections.abc import Iterator
from contextlib import suppress

import psycopg
import pytest
from psycopg.pq import TransactionStatus
from sqlalchemy import (
    Column,
    Engine,
    Integer,
    MetaData,
    Table,
    Text,
    bindparam,
    delete,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import insert as insert_or

from storage.queries import planned_once
from storage.statements import Fixed, Statements, transaction
from tests.support.postgres import NewDatabase

KEPT = Table("kept", MetaData(), Column("id", Integer, primary_key=True), Column("said", Text))
NOTES = Table("notes", KEPT.metadata, Column("id", Integer, primary_key=True), Column("said", Text))
ADD = Fixed(insert(KEPT).inline(), "id", "said")
NOTE = Fixed(insert(NOTES).inline(), "id", "said")
CHANGE = Fixed(update(KEPT).where(KEPT.c.id == bindparam("which")).values(said=bindparam("now_said")))
_PUT = insert_or(KEPT).inline()
PUT = Fixed(
    _PUT.on_conflict_do_update(index_elements=["id"], set_={"said": KEPT.c.said + _PUT.excluded.said}), "id", "said"
)
FORGET = Fixed(delete(KEPT).where(KEPT.c.id == bindparam("which")))
ALL = Fixed(select(KEPT.c.id, KEPT.c.said).order_by(KEPT.c.id))
ALL_NOTES = Fixed(select(NOTES.c.id, NOTES.c.said))
LOCKED = Fixed(select(KEPT.c.id).with_for_update())


@pytest.fixture
def engine(new_database: NewDatabase) -> Engine:
    database = new_database(empty=True)
    return database.engine(database.owner_url)


@pytest.fixture
def statements(engine: Engine) -> Iterator[Statements]:
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE kept (id integer PRIMARY KEY, said text)"))
        connection.execute(text("CREATE TABLE notes (id integer PRIMARY KEY, said text)"))
    with transaction(engine) as opened:
        yield opened


def is_in_transaction(statements: Statements) -> bool:
    statements.settle()  # In a pipeline the driver knows only what was before it.
    return statements.driver.info.transaction_status is not TransactionStatus.IDLE


def rows(statements: Statements) -> list[tuple[int, str]]:
    return [tuple(row) for row in statements.ask(ALL, {})]


def test_a_row_that_waits_to_be_sent_is_changed_by_what_comes_after(statements: Statements) -> None:
    statements.later(ADD, {"id": 1, "said": "first"})
    statements.later(CHANGE, {"which": 1, "now_said": "second"})
    statements.later(CHANGE, {"which": 1, "now_said": "third"})

    assert rows(statements) == [(1, "third")]


def test_a_row_can_be_removed_and_added_anew(statements: Statements) -> None:
    statements.later(ADD, {"id": 1, "said": "old"})
    statements.later(FORGET, {"which": 1})
    statements.later(ADD, {"id": 1, "said": "new"})

    assert rows(statements) == [(1, "new")]


def test_parameters_of_statements_sent_together_are_not_mixed_up(statements: Statements) -> None:
    statements.later(ADD, {"id": 1, "said": "one"})
    statements.finish()
    statements.later(CHANGE, {"which": 1, "now_said": "changed"})
    statements.later(NOTE, {"id": 7, "said": "noted"})
    statements.later(ADD, {"id": 2, "said": "two"})

    assert rows(statements) == [(1, "changed"), (2, "two")]
    assert [tuple(row) for row in statements.ask(ALL_NOTES, {})] == [(7, "noted")]


def test_what_fails_among_others_takes_all_of_them_back(statements: Statements) -> None:
    statements.later(ADD, {"id": 1, "said": "one"})
    statements.finish()
    statements.later(NOTE, {"id": 1, "said": "noted"})
    statements.later(ADD, {"id": 1, "said": "twice"})

    with pytest.raises(psycopg.errors.UniqueViolation):
        statements.finish()
    statements.abandon()

    assert rows(statements) == [(1, "one")]
    assert statements.ask(ALL_NOTES, {}) == []


def test_reading_begins_no_transaction_and_locking_does(statements: Statements) -> None:
    statements.ask(ALL, {})
    assert not is_in_transaction(statements)

    statements.ask(LOCKED, {})
    assert is_in_transaction(statements)


def test_what_is_read_after_a_change_that_waits_sees_it(statements: Statements) -> None:
    statements.later(ADD, {"id": 1, "said": "one"})

    assert rows(statements) == [(1, "one")]
    assert is_in_transaction(statements)


def test_nothing_is_written_to_the_server_before_an_answer_is_awaited(engine: Engine, statements: Statements) -> None:
    began = text("SELECT xact_start IS NOT NULL FROM pg_stat_activity WHERE pid = :pid")
    ours = {"pid": statements.driver.info.backend_pid}
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as watcher:
        statements.begin()
        statements.later(ADD, {"id": 1, "said": "one"})
        statements.later(CHANGE, {"which": 1, "now_said": "two"})  # Does not go along: the first is executed.
        assert not watcher.execute(began, ours).scalar_one()

        assert rows(statements) == [(1, "two")]
        assert watcher.execute(began, ours).scalar_one()


def test_a_row_that_is_changed_and_then_put_is_changed_twice(statements: Statements) -> None:
    statements.later(ADD, {"id": 1, "said": "one"})
    statements.finish()
    statements.later(CHANGE, {"which": 1, "now_said": "two"})
    statements.later(PUT, {"id": 1, "said": "-three"})

    assert rows(statements) == [(1, "two-three")]


def test_a_statement_that_locks_or_changes_in_one_of_its_parts_does_not_only_read() -> None:
    locked = select(KEPT.c.id).with_for_update().cte("locked")
    added = insert(KEPT).values(id=1).returning(KEPT.c.id).cte("added")

    assert not Fixed(select(locked.c.id)).reads
    assert not Fixed(select(added.c.id)).reads
    assert Fixed(select(select(KEPT.c.id).cte("seen").c.id)).reads


def test_a_block_that_fails_takes_back_what_blocks_in_it_kept(statements: Statements) -> None:
    statements.later(ADD, {"id": 1, "said": "before"})

    with suppress(KeyError), statements.savepoint():
        statements.later(ADD, {"id": 2, "said": "in the block"})
        with statements.savepoint():
            statements.later(ADD, {"id": 3, "said": "in the block inside"})
        raise KeyError
    statements.later(ADD, {"id": 4, "said": "after"})

    assert rows(statements) == [(1, "before"), (4, "after")]


def test_a_block_that_fails_takes_back_no_more_than_itself(statements: Statements) -> None:
    with statements.savepoint():
        statements.later(ADD, {"id": 1, "said": "in the block"})
        with pytest.raises(psycopg.errors.UniqueViolation), statements.savepoint():
            statements.later(ADD, {"id": 1, "said": "twice"})
        statements.later(ADD, {"id": 2, "said": "after"})
    statements.finish()

    assert rows(statements) == [(1, "in the block"), (2, "after")]


def test_a_statement_can_be_planned_once_and_not_anew_for_each_value(statements: Statements) -> None:
    statements.driver.execute("INSERT INTO kept SELECT n, 'common' FROM generate_series(1, 5000) AS n")
    statements.driver.execute("UPDATE kept SET said = 'rare' WHERE id = 7; CREATE INDEX ON kept (said); ANALYZE kept")
    rare = select(KEPT.c.id).where(KEPT.c.said == bindparam("which"))

    for statement in (rare, planned_once(rare)):
        fixed = Fixed(statement)
        for _ in range(20):
            assert [row.id for row in statements.ask(fixed, {"which": "rare"})] == [7]

    planned = statements.driver.execute(
        "SELECT custom_plans > generic_plans FROM pg_prepared_statements WHERE statement LIKE '%said =%' ORDER BY name"
    )
    assert [anew for (anew,) in planned] == [True, False]
