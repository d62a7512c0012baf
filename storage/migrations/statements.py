"""The statements of a migration, kept as SQL in a file beside it."""

import re
from pathlib import Path

from alembic import op

_TABLE = re.compile(r"^CREATE TABLE (\w+)", re.MULTILINE)


def run_file(name: str) -> None:
    """Run every statement of the file *name* of ``versions``."""
    # The driver takes many statements at once, and no sign in them for a parameter.
    cursor = op.get_bind().connection.cursor()
    cursor.execute(_read(name))
    cursor.close()


def drop_tables(name: str) -> None:
    """Drop the tables that the file *name* of ``versions`` creates, the last first."""
    for table in reversed(_TABLE.findall(_read(name))):
        op.drop_table(table)


def _read(name: str) -> str:
    return (Path(__file__).parent / "versions" / name).read_text(encoding="utf-8")
