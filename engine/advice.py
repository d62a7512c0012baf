"""Advice on a model that may be deployed: what will be stuck in this agency as it is staffed now."""

from engine.definitions import Definition, Finding
from engine.ids import AgencyId
from engine.ports import UnitOfWork
from engine.runtime.bundles import warnings
from engine.vocabularies import vocabulary_of


def advice_on(definition: Definition, agency_id: AgencyId, work: UnitOfWork) -> tuple[Finding, ...]:
    """Return what the author of a deployed model should know; nothing of it stops the deployment."""
    return warnings(definition.files, vocabulary_of(agency_id, work))
