"""What the tables are made of: kinds of columns, and how constraints get their names."""

from typing import Final

from sqlalchemy import CheckConstraint, Column, DateTime, ForeignKey, MetaData, Text, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY

metadata: Final = MetaData(
    naming_convention={
        "pk": "%(table_name)s_pkey",
        "fk": "%(table_name)s_%(column_0_name)s_fkey",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "ck": "%(table_name)s_%(constraint_name)s",
        "ix": "%(table_name)s_%(column_0_N_name)s_idx",
    }
)


def moment(name: str, *, nullable: bool = False) -> Column[object]:
    """Return a column for a moment; PostgreSQL keeps it in UTC."""
    return Column(name, DateTime(timezone=True), nullable=nullable)


def words(name: str, *, nullable: bool = False) -> Column[object]:
    """Return a column for text."""
    return Column(name, Text, nullable=nullable)


def uuid(name: str, *, nullable: bool = False) -> Column[object]:
    """Return a column for an identifier of something that is not a foreign key."""
    return Column(name, Uuid, nullable=nullable)


def ref(name: str, target: str, *, nullable: bool = False) -> Column[object]:
    """Return a column for the key of another table's row; it is looked for when the transaction commits.

    What belongs together is made in one transaction, in the order the rules need, which is not always that of the keys.
    """
    key = ForeignKey(target, deferrable=True, initially="DEFERRED")
    return Column(name, Text if target == "files.id" else Uuid, key, nullable=nullable)


def uuids(name: str) -> Column[object]:
    """Return a column for a set or list of identifiers, empty where nothing is said."""
    return Column(name, ARRAY(Uuid), nullable=False, server_default=text("'{}'"))


def one_of(column: str, *values: str) -> CheckConstraint:
    """Return the check that the column has one of these values."""
    return CheckConstraint(f"{column} IN ({', '.join(repr(value) for value in values)})", name=f"{column}_known")
