"""What the models of an agency may name: our operations, the roles and who holds them, procedures to be called."""

from collections import Counter

from engine.definitions import Definition, Interface, StartMessageTaken, Vocabulary
from engine.ids import AgencyId
from engine.operations.catalogue import OPERATIONS, PARAMETERS
from engine.people import Role
from engine.ports import UnitOfWork
from engine.procedures import interface_of


def vocabulary_of(agency_id: AgencyId, work: UnitOfWork) -> Vocabulary:
    """Return what a model of this agency may name."""
    held = Counter(role for person in work.people.of_agency(agency_id) for role in person.roles)

    def installed(key: str, version: int | None) -> Interface | None:
        known = work.definitions
        found = known.find_active(key) if version is None else known.find_version(key, version)
        return interface_of(found) if found else None

    return Vocabulary(
        operations=OPERATIONS,
        roles={role.value: held[role] for role in Role},
        parameters=PARAMETERS,
        installed=installed,
    )


def start_message_of(definition: Definition, work: UnitOfWork) -> str | None:
    """Return the message that starts a procedure which is to become active, or None.

    Raises:
        StartMessageTaken: It starts another one.
    """
    message = interface_of(definition).message
    other = work.definitions.find_started_by(message) if message else None
    if other is not None and other.key != definition.key:
        raise StartMessageTaken(message=message, other=other.name)
    return message
