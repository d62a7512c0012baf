"""Choose the version of a model that new instances run by; those that run stay on theirs."""

from datetime import datetime

from engine import access
from engine.definition_events import DefinitionActivated
from engine.definitions import Activation, Definition, DefinitionInvalid, ModelOfAnotherAgency
from engine.ids import DefinitionId
from engine.people import Person
from engine.ports import UnitOfWork
from engine.runtime.bundles import check
from engine.vocabularies import start_message_of, vocabulary_of


def activate_definition(definition_id: DefinitionId, *, by: Person, at: datetime, work: UnitOfWork) -> Definition:
    """Have new instances run by this version, an older one or a newer; where they do already, nothing changes.

    Args:
        definition_id: The version.
        by: An administrator of the agency that brought the model.
        at: The moment of the choice.
        work: The transaction.

    Raises:
        NotAllowed: The person is no administrator.
        DefinitionNotFound: There is no such version.
        ModelOfAnotherAgency: Another agency brought the model.
        StartMessageTaken: It begins with a message that starts another procedure.
        DefinitionInvalid: The version names an operation or a role that is not there any more.
    """
    access.require(by, "activate_definition")
    definition = work.definitions.get(definition_id)
    if definition.agency_id != by.agency_id:
        raise ModelOfAnotherAgency(key=definition.key)
    active = work.definitions.activations().get(definition.key)
    if active is not None and active.definition_id == definition.id:
        return definition
    findings = check(definition.files, vocabulary_of(by.agency_id, work))
    if findings:
        raise DefinitionInvalid(findings=findings)
    work.definitions.activate(_active(definition, by, at, work))
    work.record(
        DefinitionActivated(
            by=by.id,
            at=at,
            agency_id=by.agency_id,
            definition_id=definition.id,
            key=definition.key,
            version=definition.version,
            instead_of=active.definition_id if active else None,
        )
    )
    return definition


def _active(definition: Definition, by: Person, at: datetime, work: UnitOfWork) -> Activation:
    return Activation(
        key=definition.key,
        definition_id=definition.id,
        agency_id=by.agency_id,
        at=at,
        by=by.id,
        message=start_message_of(definition, work),
    )
