"""Going back to an older version of a model, for what begins from then on."""

from dataclasses import replace

import pytest

from api.demo import shipped_model
from engine.access import NotAllowed
from engine.actions.activate_definition import activate_definition
from engine.definition_events import DefinitionActivated
from engine.definitions import Definition, DefinitionInvalid, DefinitionNotFound, ModelOfAnotherAgency
from engine.ids import DefinitionId
from engine.people import Person
from engine.queries import PageRequest
from tests.engine.actions.test_deploy_definition import changed, deploy
from tests.support.office import Office

SIGN, APPROVE = 'name="Ký số"', 'name="Ký duyệt"'


def activate(office: Office, definition_id: DefinitionId, by: Person | None = None) -> Definition:
    services = office.house.services
    with services.begin() as work:
        return activate_definition(definition_id, by=by or office.people["quantri"], at=services.clock(), work=work)


def active(office: Office) -> Definition:
    with office.house.services.begin() as work:
        found = work.definitions.find_active("outgoing_document")
    assert found is not None
    return found


def waits_for(office: Office) -> str:
    """Draft a document, bring it to its signature, and return what that step is called."""
    document_id = office.draft().document.id
    office.complete(document_id, "draft", "submit", "chuyenvien")
    office.complete(document_id, "review_content", "approve", "truongphong")
    office.complete(document_id, "review_format", "approve", "chanhvanphong")
    office.run_jobs()
    return office.item(document_id, "sign").name


def test_new_instances_run_by_the_version_gone_back_to_until_another_is_deployed(office: Office) -> None:
    first = active(office)
    second = deploy(office, changed(SIGN, APPROVE))
    assert (active(office).version, waits_for(office)) == (2, "Ký duyệt")

    activate(office, first.id)

    assert (active(office).version, waits_for(office)) == (1, "Ký số")
    assert deploy(office, changed(SIGN, APPROVE)).id == second.id  # known: no new version, nothing activated
    assert active(office).version == 1
    assert deploy(office, changed(SIGN, 'name="Ký ban hành"')).version == 3
    assert active(office).version == 3


def test_going_back_is_one_leaf_that_names_both_versions_and_doing_it_twice_none(office: Office) -> None:
    first = active(office)
    second = deploy(office, changed(SIGN, APPROVE))

    for _ in range(2):
        activate(office, first.id)

    agency = office.people["quantri"].agency_id
    with office.house.services.begin() as work:
        leaves = work.audit.search(agency, PageRequest(limit=50), subject_id=str(first.id)).items
    told = [leaf for leaf in leaves if leaf.action == "definition.activated"]
    assert len(told) == 1
    assert str(second.id).encode() in told[0].leaf


@pytest.mark.parametrize("by", ["vanthu", "chutich", "kiemtra"])
def test_only_an_administrator_goes_back(office: Office, by: str) -> None:
    with pytest.raises(NotAllowed):
        activate(office, active(office).id, by=office.people[by])


def test_only_the_agency_that_brought_a_model_goes_back(office: Office) -> None:
    stranger = replace(office.people["quantri"], agency_id=office.people["vanthu.xa1"].agency_id)

    with pytest.raises(ModelOfAnotherAgency):
        activate(office, active(office).id, by=stranger)


def test_a_version_that_is_not_there_is_refused(office: Office) -> None:
    with pytest.raises(DefinitionNotFound):
        activate(office, DefinitionId(active(office).agency_id))


def test_a_version_that_would_not_be_deployed_today_is_refused(office: Office) -> None:
    unsound = {"a.bpmn": shipped_model("outgoing_document")["outgoing_document.bpmn"]}
    services = office.house.services
    old = replace(active(office), id=DefinitionId(office.people["kiemtra"].id), version=7, files=unsound)
    with services.begin() as work:
        work.definitions.add(old)
        work.record(
            DefinitionActivated(
                by=old.deployed_by,
                at=services.clock(),
                agency_id=old.agency_id,
                definition_id=old.id,
                key=old.key,
                version=old.version,
                instead_of=None,
            )
        )

    with pytest.raises(DefinitionInvalid):
        activate(office, old.id)
