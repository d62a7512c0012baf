"""Deploy a procedure model: all its mistakes are named at once, or it becomes the newest version."""

from collections.abc import Mapping
from datetime import datetime

from engine import access
from engine.definitions import Definition, DefinitionInvalid, Vocabulary
from engine.errors import Conflict
from engine.events import DefinitionDeployed
from engine.ids import AgencyId, DefinitionId
from engine.operations.catalogue import OPERATIONS
from engine.people import Person, Role
from engine.ports import UnitOfWork
from engine.runtime.bundles import bundle_sha256, check
from engine.runtime.procedures import procedure


class ModelOfAnotherAgency(Conflict):
    """All agencies of an installation work by this model; only the agency that brought it changes it."""

    code = "definition.of_another_agency"
    template = "The model '%(key)s' was brought by another agency and is changed there. Deploy yours under its own id."


def deploy_definition(files: Mapping[str, bytes], *, by: Person, at: datetime, work: UnitOfWork) -> Definition:
    """Check the bundle and keep it as the newest version; the same bundle again makes no new version.

    Args:
        files: Name to content: the .bpmn and those of the processes it calls, forms (.json), scenarios.
        by: An administrator.
        at: The moment of deployment.
        work: The transaction.

    Raises:
        NotAllowed: The person is no administrator.
        DefinitionInvalid: The bundle has mistakes; every finding is named.
        ModelOfAnotherAgency: Another agency brought the model of this id.
    """
    access.require(by, "deploy_definition")
    findings = check(files, _vocabulary(by.agency_id, work))
    if findings:
        raise DefinitionInvalid(findings=findings)
    model = procedure(files, OPERATIONS)
    digest = bundle_sha256(files)
    latest = work.definitions.find_latest(model.key)
    if latest is not None and latest.bundle_sha256 == digest:
        return latest
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
    work.record(_deployed(definition))
    return definition


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


def _vocabulary(agency_id: AgencyId, work: UnitOfWork) -> Vocabulary:
    """Return what a model of this agency may name: our operations, and the roles somebody holds."""
    held = {role for person in work.people.of_agency(agency_id) for role in person.roles}
    return Vocabulary(operations=OPERATIONS, roles={role.value: role in held for role in Role})
