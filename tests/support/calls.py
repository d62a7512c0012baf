"""Procedures that call one another, for tests: drawn, deployed, answered and looked at."""

from typing import Any

from engine import procedures
from engine.actions.complete_work_item import CompleteWorkItem, complete_work_item
from engine.actions.deploy_definition import deploy_definition
from engine.administration import Administration
from engine.definitions import Definition
from engine.documents import OutgoingDocument
from engine.ids import DocumentId
from engine.instances import Instance
from engine.queries import PageRequest
from engine.work_items import WorkItem
from tests.engine.runtime.drawing import event, flows, human
from tests.storage.builders import an_event
from tests.support.builders import an_outgoing_document
from tests.support.models import INCOMING, bundle, instance_of
from tests.support.office import Office, a_pdf

START, END = event("start", "begin"), event("end", "finished")
REFUSED = '<errorEventDefinition errorRef="refused"/>'


def calling(element_id: str = "ask", called: str = "opinion", *inside: str, **attributes: str) -> str:
    """A call activity that gives the question and takes the answer."""
    written = "".join(f' vanthu:{name}="{value}"' for name, value in attributes.items())
    own = inside or (
        '<vanthu:parameter name="question" expression="\'Có được không?\'"/>',
        '<vanthu:result name="answer" expression="answer.outcome"/>',
    )
    return (
        f'<callActivity id="{element_id}" name="{element_id}" calledElement="{called}"{written}>'
        f"<extensionElements>{''.join(own)}</extensionElements></callActivity>"
    )


WHICH = b'{"type": "object", "properties": {"which": {"type": "string", "title": "M\xc3\xa3"}}}'
NAMING = (
    START,
    human("prepare", "done:which"),
    calling(document="prepare.which"),
    END,
    flows("begin > prepare > ask > finished"),
)
OPINION = (
    event("start", "asked"),
    human("answer", "yes", "no"),
    event("end", "given"),
    flows("asked > answer > given"),
)
ASKS = (START, human("prepare"), calling(), human("go_on"), END, flows("begin > prepare > ask > go_on > finished"))


def deploy(office: Office, key: str, *body: str, **process: str) -> Definition:
    files = bundle(*body, key=key)
    written = "".join(f' vanthu:{name}="{value}"' for name, value in process.items())
    model = files[f"{key}.bpmn"].replace(b"<process ", f"<process{written} ".encode())
    services = office.house.services
    with services.begin() as work:
        return deploy_definition(
            {f"{key}.bpmn": model, "which.json": WHICH}, by=office.people["quantri"], at=services.clock(), work=work
        )


def asking(office: Office, *body: str) -> DocumentId:
    """Return a document whose procedure calls 'opinion' as soon as it was prepared."""
    deploy(office, "opinion", *OPINION, startsWith="question")
    deploy(office, INCOMING, *(body or ASKS))
    document_id = office.register().document.id
    office.complete(document_id, "prepare", "done", "vanthu")
    return document_id


def called_by(office: Office, document_id: DocumentId) -> list[Instance]:
    with office.house.services.begin() as work:
        return list(work.instances.called_by(instance_of(document_id, work).id))


def caller(office: Office, document_id: DocumentId) -> Instance:
    with office.house.services.begin() as work:
        return instance_of(document_id, work)


def items(office: Office, instance: Instance) -> list[WorkItem]:
    with office.house.services.begin() as work:
        return list(work.work_items.open_of(instance.id))


def answer(office: Office, instance: Instance, outcome: str = "yes") -> None:
    services = office.house.services
    (item,) = items(office, instance)
    request = CompleteWorkItem(work_item_id=item.id, outcome=outcome, data={})
    with services.begin() as work:
        complete_work_item(request, by=office.people["vanthu"], at=services.clock(), work=work)


def administer(act: Any, office: Office, instance: Instance, reason: str = "Nhập nhầm") -> Instance:  # noqa: ANN401
    services = office.house.services
    asked = Administration(instance_id=instance.id, reason=reason)
    with services.begin() as work:
        done: Instance = act(asked, by=office.people["quantri"], at=services.clock(), work=work)
        return done


def known(office: Office, instance: Instance, element: str) -> Any:  # noqa: ANN401 - whatever it learned
    with office.house.services.begin() as work:
        return procedures.look(work.instances.get(instance.id), work).data.get(element)


def elements(office: Office, instance: Instance) -> list[str]:
    return [item.element_id for item in items(office, instance)]


def leaves(office: Office, instance: Instance) -> list[str]:
    with office.house.services.begin() as work:
        return [leaf.action for leaf in work.audit.about(instance.agency_id, [str(instance.id)])]


def a_draft(office: Office) -> OutgoingDocument:
    """Return an outgoing draft that no procedure works on."""
    clerk, file_id = office.people["vanthu"], office.upload(a_pdf())
    services = office.house.services
    with services.begin() as work:
        draft = an_outgoing_document(
            id=DocumentId(work.new_id()),
            agency_id=clerk.agency_id,
            file_id=file_id,
            unit_id=min(clerk.units),
            drafter=clerk.id,
            created_by=clerk.id,
            signer=office.people["chutich"].id,
        )
        work.documents.add(draft)
        work.record(an_event(clerk.agency_id))
    return draft


def the_incident(office: Office) -> Any:  # noqa: ANN401
    with office.house.services.begin() as work:
        found = work.incidents.search(office.people["quantri"].agency_id, PageRequest(), unresolved=False)
    (incident,) = found.items
    return incident
