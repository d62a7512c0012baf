"""What becomes of people's open work when its procedure is taken to another version, in the models that are shipped."""

import re
from uuid import UUID

from api.demo import shipped_model
from engine.actions.ask_signature import AskSignature, ask_signature
from engine.actions.deploy_definition import deploy_definition
from engine.actions.migrate_instances import migrate_instances
from engine.actions.withdraw_dossier import withdraw_dossier
from engine.documents import IncomingState, OutgoingState
from engine.ids import DefinitionId, DocumentId
from engine.incidents import IncidentState
from engine.instance_migrations import Hindrance, MigratedState
from engine.rounds.make_notices import settle_notices
from tests.support.migrations import begin, carried, deploy, hindrances, steps, undo
from tests.support.models import instance_of, standing
from tests.support.office import Office, Register
from tests.support.ranking import Ranking

FILE = b'<vanthu:outcome id="file" '


def deploy_shipped(
    office: Office, key: str, before: bytes = b"", after: bytes = b"", note: bytes = b""
) -> DefinitionId:
    """Deploy a shipped model with something replaced, or only a note added."""
    files = shipped_model(key)
    files[f"{key}.bpmn"] = files[f"{key}.bpmn"].replace(before, after) + b"<!--" + note + b"-->"
    services = office.house.services
    with services.begin() as work:
        return deploy_definition(files, by=office.people["quantri"], at=services.clock(), work=work).id


def incidents(office: Office, document_id: DocumentId) -> list[tuple[str, IncidentState]]:
    with office.house.services.begin() as work:
        found = work.incidents.of_instance(instance_of(document_id, work).id)
        return [(incident.code, incident.state) for incident in found]


def test_a_signature_that_is_being_made_keeps_its_version_and_afterwards_it_goes(office: Office) -> None:
    document_id = office.reviewed()
    ask = AskSignature(work_item_id=office.item(document_id, "sign").id)
    ask_signature(ask, by=office.people["chutich"], services=office.house.services)
    target = deploy_shipped(office, "outgoing_document", note=b"2")

    early = begin(office, target)
    migrate_instances(early.id, services=office.house.services)
    assert hindrances(office, early) == [Hindrance.SIGNING]
    office.run_jobs()
    assert carried(office, begin(office, target)).states == {MigratedState.DONE: 1}

    office.complete(document_id, "number", "number", "vanthu")
    office.run_jobs()
    office.sign(document_id, "seal", "vanthu", key="agency")
    assert office.outgoing(document_id).state is OutgoingState.ISSUED


def test_opinions_count_on_where_the_step_is_decided_as_before_and_hinder_where_it_is_not(office: Office) -> None:
    def needing(people: int, note: bytes = b"") -> DefinitionId:
        needs = FILE + f"""approvals="{people}" """.encode()
        return deploy_shipped(office, "incoming_document", FILE, needs, note)

    needing(2)
    document_id = office.register().document.id
    office.run_jobs()
    office.complete(document_id, "direct", "file", "chutich")

    other = begin(office, needing(3))
    carried(office, other)
    assert hindrances(office, other) == [Hindrance.OPINIONS]
    carried(office, begin(office, needing(2, b"again")))

    assert office.item(document_id, "direct").agreed == 1
    office.complete(document_id, "direct", "file", "phochutich")
    assert standing(office, document_id) == []


def test_who_stands_in_for_somebody_is_told_of_work_that_comes_to_that_one(
    office: Office, registered: Register
) -> None:
    office.stand_in("chutich", "phochutich")
    deploy(office, *steps("read", roles="clerk"))
    registered()
    services, deputy = office.house.services, office.people["phochutich"]

    carried(office, begin(office, deploy(office, *steps("read", roles="head"))))
    while settle_notices(services=services):
        pass

    with services.begin() as work:
        assert work.notices.unread(deputy.id) == 1


def test_work_that_nobody_may_do_there_becomes_an_incident_and_is_back_when_it_is_undone(
    office: Office, registered: Register
) -> None:
    deploy(office, *steps("read"))
    document_id = registered()

    migration = begin(office, deploy(office, *steps("read", unit=f"'{UUID(int=1)}'")))
    carried(office, migration)
    assert standing(office, document_id) == []
    assert incidents(office, document_id) == [("work_item.nobody_may_do", IncidentState.OPEN)]
    carried(office, undo(office, migration))

    assert standing(office, document_id) == ["read"]
    assert incidents(office, document_id) == [("work_item.nobody_may_do", IncidentState.RESOLVED)]


DOES_NOT_LISTEN = re.compile(
    rb"<message id=[^>]*dossier_withdrawn[^>]*>|<flowNodeRef>withdrawal</flowNodeRef>"
    rb'|<subProcess id="withdrawal".*?</subProcess>'
    rb'|<bpmndi:BPMN(Shape|Edge) id="(withdrawal|gone|\w*_withdrawn\w*)_di".*?</bpmndi:BPMN(Shape|Edge)>',
    re.DOTALL,
)
"""What the model of an earlier day had not; cut out, it is that model."""


def test_a_dossier_ranked_by_the_model_that_did_not_listen_goes_on_and_listens_once_it_is_taken_over(
    office: Office,
) -> None:
    services, ranking = office.house.services, Ranking(office)
    files = shipped_model("ocop_rating")
    del files["scenarios.yaml"]
    files["ocop_rating.bpmn"] = DOES_NOT_LISTEN.sub(b"", files["ocop_rating.bpmn"])
    assert b"dossier_withdrawn" not in files["ocop_rating.bpmn"]
    with services.begin() as work:
        deploy_definition(files, by=office.people["quantri"], at=services.clock(), work=work)
    dossier_id = ranking.propose().dossier.id
    slip = ranking.submitted(dossier_id)

    target = deploy_shipped(office, "ocop_rating")
    ranking.registered(slip)
    assert standing(office, slip) == ["check"]
    assert carried(office, begin(office, target)).states == {MigratedState.DONE: 1}
    ranking.do(withdraw_dossier, dossier_id, reason="Chủ thể xin rút.")
    office.run_jobs()

    assert (standing(office, slip), office.incoming(slip).state) == ([], IncomingState.CLOSED)
