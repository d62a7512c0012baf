"""What is only kept is sent with others, and none of them loses by it."""

from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy import Column, Integer, MetaData, Table, Text, bindparam, delete, func, insert, select, text, update

from storage.statements import Fixed, Statements, transaction
from tests.support.postgres import NewDatabase

KEPT = Table("kept", MetaData(), Column("id", Integer, primary_key=True), Column("said", Text))
NOTES = Table("notes", KEPT.metadata, Column("id", Integer, primary_key=True), Column("said", Text))
ADD = Fixed(insert(KEPT).inline(), "id", "said")
NOTE = Fixed(insert(NOTES).inline(), "id", "said")
CHANGE = Fixed(update(KEPT).where(KEPT.c.id == bindparam("which")).values(said=bindparam("now_said")))
FORGET = Fixed(delete(KEPT).where(KEPT.c.id == bindparam("which")))
ALL = Fixed(select(KEPT.c.id, KEPT.c.said).order_by(KEPT.c.id))
ALL_NOTES = Fixed(select(NOTES.c.id, NOTES.c.said))
LOCKED = Fixed(select(KEPT.c.id).with_for_update())
HELD = Fixed(select((func.now() != func.statement_timestamp()).label("held")))
"""In a transaction, the present moment is that of its beginning."""


@pytest.fixture
def statements(new_database: NewDatabase) -> Iterator[Statements]:
    database = new_database(empty=True)
    engine = database.engine(database.owner_url).execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("CREATE TABLE kept (id integer PRIMARY KEY, said text)"))
        connection.execute(text("CREATE TABLE notes (id integer PRIMARY KEY, said text)"))
        with transaction(connection) as opened:
            yield opened


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
    assert not statements.ask(HELD, {})[0].held

    statements.ask(LOCKED, {})
    assert statements.ask(HELD, {})[0].held


def test_what_is_read_after_a_change_that_waits_sees_it(statements: Statements) -> None:
    statements.later(ADD, {"id": 1, "said": "one"})

    assert rows(statements) == [(1, "one")]
    assert statements.ask(HELD, {})[0].held
