"""Deploy a procedure model: all its mistakes are named at once, or it becomes the newest version and the active one."""

from collections.abc import Mapping
from datetime import datetime

from engine import access
from engine.definitions import Activation, Definition, DefinitionInvalid, ModelOfAnotherAgency, Vocabulary
from engine.events import DefinitionDeployed
from engine.ids import DefinitionId
from engine.operations.catalogue import OPERATIONS
from engine.people import Person
from engine.ports import UnitOfWork
from engine.runtime.bundles import bundle_sha256, check
from engine.runtime.procedures import Procedure, procedure
from engine.runtime.scenarios import rehearse
from engine.vocabularies import start_message_of, vocabulary_of


def deploy_definition(files: Mapping[str, bytes], *, by: Person, at: datetime, work: UnitOfWork) -> Definition:
    """Check the bundle, rehearse its scenarios, keep it as the newest version and let new instances run by it.

    A bundle that was deployed before makes no new version and activates nothing; its version is returned.

    Args:
        files: Name to content: the .bpmn and those it calls, decisions (.dmn), forms (.json), scenarios (.yaml).
        by: An administrator.
        at: The moment of deployment.
        work: The transaction.

    Raises:
        NotAllowed: They are none.
        DefinitionInvalid: The bundle has mistakes, or a scenario does not go as written; every finding is named.
        ModelOfAnotherAgency, StartMessageTaken: Its id is another agency's, or its message another procedure's.
    """
    access.require(by, "deploy_definition")
    model = _checked(files, vocabulary_of(by.agency_id, work))
    digest = bundle_sha256(files)
    known = work.definitions.find_bundle(model.key, digest)
    if known is not None:
        return known
    latest = work.definitions.find_latest(model.key)
    if latest is not None and latest.agency_id != by.agency_id:
        raise ModelOfAnotherAgency(key=model.key)
    definition = Definition(
        id=DefinitionId(work.new_id()),
        agency_id=by.agency_id,
        key=model.key,
        version=latest.version + 1 if latest else 1,
        name=model.name,
        bundle_sha256=digest,
        files=dict(files),
        deployed_at=at,
        deployed_by=by.id,
    )
    work.definitions.add(definition)
    work.definitions.activate(_active(definition, work))
    work.record(_deployed(definition))
    return definition


def _checked(files: Mapping[str, bytes], vocabulary: Vocabulary) -> Procedure:
    findings = check(files, vocabulary)
    if findings:
        raise DefinitionInvalid(findings=findings)
    model = procedure(files, OPERATIONS)
    failed = rehearse(model, files)
    if failed:
        raise DefinitionInvalid(findings=failed)
    return model


def _active(definition: Definition, work: UnitOfWork) -> Activation:
    return Activation(
        key=definition.key,
        definition_id=definition.id,
        agency_id=definition.agency_id,
        at=definition.deployed_at,
        by=definition.deployed_by,
        message=start_message_of(definition, work),
    )


def _deployed(definition: Definition) -> DefinitionDeployed:
    return DefinitionDeployed(
        by=definition.deployed_by,
        at=definition.deployed_at,
        agency_id=definition.agency_id,
        definition_id=definition.id,
        key=definition.key,
        version=definition.version,
        bundle_sha256=definition.bundle_sha256,
    )
