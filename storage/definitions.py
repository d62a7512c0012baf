"""Procedure models as rows; what was committed never changes, so each process keeps what it read."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Executable, Row, bindparam, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import IntegrityError

from engine.definitions import Activation, Definition, DefinitionNotFound, StartMessageTaken
from engine.ids import AgencyId, DefinitionId, PersonId
from storage.schema import active_definitions, definition_files, definitions
from storage.statements import Statements

_GET = select(definitions).where(definitions.c.id == bindparam("definition_id"))
_LATEST = (
    select(definitions.c.id)
    .where(definitions.c.key == bindparam("key"))
    .order_by(definitions.c.version.desc(), definitions.c.id.desc())
    .limit(1)
)
_ACTIVE = select(active_definitions.c.definition_id).where(active_definitions.c.key == bindparam("key"))
_STARTED_BY = select(active_definitions.c.definition_id).where(active_definitions.c.started_by == bindparam("message"))
_VERSION = (
    select(definitions.c.id)
    .where(definitions.c.key == bindparam("key"), definitions.c.version == bindparam("version"))
    .order_by(definitions.c.id.desc())
    .limit(1)
)
_OF_BUNDLE = (
    select(definitions.c.id)
    .where(definitions.c.key == bindparam("key"), definitions.c.bundle_sha256 == bindparam("bundle_sha256"))
    .order_by(definitions.c.version.desc(), definitions.c.id.desc())
    .limit(1)
)
_FILES = (
    select(definition_files.c.name, definition_files.c.content)
    .where(definition_files.c.definition_id == bindparam("definition_id"))
    .order_by(definition_files.c.name)
)
_NAMES = tuple(column.name for column in definitions.c)


class PostgresDefinitions:
    """Procedure models, as one transaction sees them.

    Args:
        connection: The transaction.
        known: Models read before, shared by all transactions of this process.
    """

    def __init__(self, connection: Statements, known: dict[UUID, Definition]) -> None:
        self._connection = connection
        self._known = known
        self._own: dict[UUID, Definition] = {}

    def get(self, definition_id: DefinitionId) -> Definition:
        """Return the definition with its files, or raise DefinitionNotFound."""
        known = self._known.get(definition_id) or self._own.get(definition_id)
        if known is not None:
            return known
        row = self._connection.execute(_GET, {"definition_id": definition_id}).one_or_none()
        if row is None:
            raise DefinitionNotFound
        files = self._connection.execute(_FILES, {"definition_id": definition_id})
        definition = _definition(row, {file.name: bytes(file.content) for file in files})
        self._known[definition_id] = definition
        return definition

    def find_latest(self, key: str) -> Definition | None:
        """Return the newest version, or None."""
        return self._find(_LATEST, key=key)

    def find_active(self, key: str) -> Definition | None:
        """Return the version that new instances run by, or None."""
        return self._find(_ACTIVE, key=key)

    def find_version(self, key: str, version: int) -> Definition | None:
        """Return that version, or None."""
        return self._find(_VERSION, key=key, version=version)

    def find_started_by(self, message: str) -> Definition | None:
        """Return the active version of the procedure that the message starts, or None."""
        return self._find(_STARTED_BY, message=message)

    def find_bundle(self, key: str, bundle_sha256: str) -> Definition | None:
        """Return the newest version with exactly these files, or None."""
        return self._find(_OF_BUNDLE, key=key, bundle_sha256=bundle_sha256)

    def _find(self, statement: Executable, **named: str | int) -> Definition | None:
        found = self._connection.execute(statement, named).scalar_one_or_none()
        return None if found is None else self.get(DefinitionId(found))

    def add(self, definition: Definition) -> None:
        """Keep a new version."""
        self._connection.execute(insert(definitions), {name: getattr(definition, name) for name in _NAMES})
        self._connection.execute(
            insert(definition_files),
            [
                {"definition_id": definition.id, "name": name, "content": content}
                for name, content in definition.files.items()
            ],
        )
        # It may be rolled back, so the other transactions do not learn of it here.
        self._own[definition.id] = definition

    def activate(self, activation: Activation) -> None:
        """Have new instances of the model run by this version from now on.

        Raises:
            StartMessageTaken: The message that starts it came to start another procedure at this very moment.
        """
        chosen = {
            "definition_id": activation.definition_id,
            "agency_id": activation.agency_id,
            "activated_at": activation.at,
            "activated_by": activation.by,
            "started_by": activation.message,
        }
        statement = upsert(active_definitions).values(key=activation.key, **chosen)
        try:
            with self._connection.savepoint():
                self._connection.execute(statement.on_conflict_do_update(index_elements=["key"], set_=chosen))
        except IntegrityError as cause:
            # Whoever activates looks first; two who look at once both find the message free.
            other = self.find_started_by(activation.message) if activation.message else None
            if other is None:
                raise
            raise StartMessageTaken(message=activation.message, other=other.name) from cause

    def activations(self) -> Mapping[str, Activation]:
        """Return which version each model is at, by the model's key."""
        rows = self._connection.execute(select(active_definitions))
        return {
            row.key: Activation(
                key=row.key,
                definition_id=DefinitionId(row.definition_id),
                agency_id=AgencyId(row.agency_id),
                at=row.activated_at,
                by=PersonId(row.activated_by),
                message=row.started_by,
            )
            for row in rows
        }

    def all(self) -> Sequence[Definition]:
        """Return every version of every model, the newest first; their files are left out."""
        newest = select(definitions).order_by(definitions.c.id.desc())
        return [_definition(row, {}) for row in self._connection.execute(newest)]


def _definition(row: Row[Any], files: dict[str, bytes]) -> Definition:
    return Definition(
        id=DefinitionId(row.id),
        agency_id=AgencyId(row.agency_id),
        key=row.key,
        version=row.version,
        name=row.name,
        bundle_sha256=row.bundle_sha256,
        files=files,
        deployed_at=row.deployed_at,
        deployed_by=PersonId(row.deployed_by),
    )
