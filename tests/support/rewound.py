"""A database put back to how it was: a tenth of the time of copying another, and thousands of files fewer."""

from dataclasses import dataclass
from typing import Self

import psycopg
from psycopg import sql

SAVED = "saved"

_COLUMNS = """
SELECT table_name, array_agg(column_name::text ORDER BY ordinal_position) FROM information_schema.columns
JOIN information_schema.tables USING (table_schema, table_name)
WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND is_generated = 'NEVER' GROUP BY table_name
"""
_SEQUENCES = "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public'"

_PUT_BACK = sql.SQL(
    "DELETE FROM {table}; INSERT INTO {table} ({columns}) OVERRIDING SYSTEM VALUE SELECT {columns} FROM {saved}"
)
_SET = sql.SQL("SELECT setval({}, {}, {})")


@dataclass(frozen=True, slots=True)
class Rewound:
    """What a database held when `remember` looked.

    Attributes:
        url: Its address for the superuser.
        script: The statements that put every row and every sequence back.
    """

    url: str
    script: sql.Composed

    @classmethod
    def remember(cls, url: str) -> Self:
        """Copy every row aside."""
        steps: list[sql.Composable] = []
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(SAVED)))
            for table, columns in connection.execute(_COLUMNS).fetchall():
                names = {"table": sql.Identifier(table), "saved": sql.Identifier(SAVED, table)}
                connection.execute(sql.SQL("CREATE TABLE {saved} AS TABLE {table}").format(**names))
                listed = sql.SQL(", ").join(map(sql.Identifier, columns))
                steps.append(_PUT_BACK.format(**names, columns=listed))
            for sequence, last in connection.execute(_SEQUENCES).fetchall():
                value = sql.Literal(1 if last is None else last)
                steps.append(_SET.format(sql.Literal(sequence), value, sql.Literal(last is not None)))
        return cls(url=url, script=sql.SQL("; ").join(steps))

    def rewind(self) -> None:
        """End whatever is still connected, and put everything back; no trigger has a say in it."""
        with psycopg.connect(self.url) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            connection.execute("SET session_replication_role = replica")
            connection.execute(self.script)
