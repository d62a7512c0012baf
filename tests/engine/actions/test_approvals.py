"""A step that several people must agree on, in a procedure."""

import json

import pytest

from api.demo import shipped_model
from engine.actions.claim_work_item import claim_work_item
from engine.actions.deploy_definition import deploy_definition
from engine.actions.hand_over_work_item import HandOverWorkItem, hand_over_work_item
from engine.actions.recall_work_item import recall_work_item
from engine.advice import advice_on
from engine.approvals import NeedsSeveralPeople, OpinionGiven, TooFewMayAgree
from engine.definitions import DefinitionInvalid
from engine.ids import DocumentId
from engine.recalls import Hindrance, RecallRefused
from engine.stand_ins import StandInKind
from engine.work_items import OutcomeDataInvalid, WorkItemState
from tests.support.office import Office

FILE = b'<vanthu:outcome id="file" '


def deploy(office: Office, approvals: str) -> list[str]:
    """Deploy the incoming procedure with an agreement of several leaders to file; return what is warned of."""
    files = shipped_model("incoming_document")
    name = "incoming_document.bpmn"
    assert FILE in files[name]
    files[name] = files[name].replace(FILE, FILE + f'vanthu-approvals="{approvals}" '.encode())
    files[name] = files[name].replace(b"vanthu-approvals", b"approvals")
    services = office.house.services
    with services.begin() as work:
        made = deploy_definition(files, by=office.people["quantri"], at=services.clock(), work=work)
        return [finding.code for finding in advice_on(made, made.agency_id, work)]


def opinions(office: Office, document_id: DocumentId) -> list[dict[str, object]]:
    with office.house.services.begin() as work:
        instance = work.instances.find_of_document(document_id)
        assert instance is not None
        items = [str(item.id) for item in work.work_items.of_instance(instance.id)]
        found = [json.loads(event.leaf) for event in work.audit.about(instance.agency_id, items)]
    return [leaf for leaf in found if leaf["action"] == "work_item.opinion_given"]


def test_it_waits_until_enough_people_agreed_each_by_a_leaf_of_their_own(office: Office) -> None:
    assert deploy(office, "2") == []
    document_id = office.register().document.id

    first = office.complete(document_id, "direct", "file", "chutich")
    assert (first.state, first.agreed) == (WorkItemState.OPEN, 1)
    assert office.inbox("chutich") == []
    with pytest.raises(OpinionGiven):
        office.complete(document_id, "direct", "file", "chutich")
    assert len(office.inbox("phochutich")) == 1
    last = office.complete(document_id, "direct", "file", "phochutich")

    assert (last.state, last.outcome, last.agreed) == (WorkItemState.COMPLETED, "file", 2)
    leaders = [str(office.people[name].id) for name in ("chutich", "phochutich")]
    assert [leaf["actor"] for leaf in opinions(office, document_id)] == leaders
    with office.house.services.begin() as work:
        assert [given.outcome for given in work.approvals.of_items([last.id])] == ["file", "file"]


def test_it_is_decided_the_other_way_as_soon_as_agreement_is_out_of_reach(office: Office) -> None:
    deploy(office, "3")
    document_id = office.register().document.id
    lead = str(next(iter(office.people["truongphong"].units)))

    decided = office.complete(document_id, "direct", "assign", "chutich", lead_unit=lead)

    assert (decided.state, decided.outcome) == (WorkItemState.COMPLETED, "assign")


def test_a_substitutes_opinion_is_that_of_whom_they_stand_in_for(office: Office) -> None:
    deploy(office, "2")
    document_id = office.register().document.id
    office.stand_in("chutich", "truongphong")
    placed = office.placed("truongphong")

    placed.complete(document_id, "direct", "file", "truongphong")

    with pytest.raises(OpinionGiven):
        office.complete(document_id, "direct", "file", "chutich")
    assert opinions(office, document_id)[0]["on_behalf_of"] == str(office.people["chutich"].id)


def test_nobody_takes_it_for_themselves(office: Office) -> None:
    deploy(office, "2")
    item, services = office.item(office.register().document.id, "direct"), office.house.services

    with services.begin() as work, pytest.raises(NeedsSeveralPeople):
        claim_work_item(item.id, by=office.people["chutich"], at=services.clock(), work=work)


def test_more_than_there_are_is_warned_of_at_deployment_and_an_incident_when_it_is_reached(office: Office) -> None:
    assert deploy(office, "4") == ["approvals.too_few"]

    instance_id = office.register().instance_id

    with office.house.services.begin() as work:
        assert [known.code for known in work.incidents.of_instance(instance_id)] == [TooFewMayAgree.code]


@pytest.mark.parametrize(("acting", "said"), [("phochutich", [TooFewMayAgree.code]), ("truongphong", [])])
def test_while_somebody_acts_as_head_they_are_counted_and_the_head_is_not(
    office: Office, acting: str, said: list[str]
) -> None:
    deploy(office, "3")
    office.stand_in("chutich", acting, kind=StandInKind.ACTING)

    instance_id = office.register().instance_id

    with office.house.services.begin() as work:
        assert [known.code for known in work.incidents.of_instance(instance_id)] == said


def test_agreement_is_out_of_reach_for_a_replaced_heads_opinion_too(office: Office) -> None:
    deploy(office, "2")
    document_id = office.register().document.id
    office.stand_in("chutich", "phochutich", kind=StandInKind.ACTING)
    lead = str(next(iter(office.people["truongphong"].units)))

    decided = office.complete(document_id, "direct", "assign", "chanhvanphong", lead_unit=lead)

    assert (decided.state, decided.outcome) == (WorkItemState.COMPLETED, "assign")


@pytest.mark.parametrize("number", ["0", "-1", "hai", "2.5", "100", "99999999999999999999", ""])
def test_a_number_nobody_can_reach_is_a_mistake_of_the_model(office: Office, number: str) -> None:
    with pytest.raises(DefinitionInvalid) as refused:
        deploy(office, number)

    assert [finding.code for finding in refused.value.findings] == ["approvals.number"]


def test_what_several_decided_together_none_of_them_hands_over_or_takes_back(office: Office) -> None:
    deploy(office, "2")
    document_id = office.register().document.id
    office.complete(document_id, "direct", "file", "chutich")
    item, deputy, services = office.item(document_id, "direct"), office.people["phochutich"], office.house.services

    request = HandOverWorkItem(work_item_id=item.id, to=office.people["chutich"].id)
    with pytest.raises((NeedsSeveralPeople, OutcomeDataInvalid)), services.begin() as work:
        hand_over_work_item(request, by=deputy, at=services.clock(), work=work)
    office.complete(document_id, "direct", "file", "phochutich")
    with pytest.raises(RecallRefused) as refused, services.begin() as work:
        recall_work_item(item.id, by=deputy, at=services.clock(), work=work)

    assert refused.value.hindrance is Hindrance.SEVERAL_AGREED
