"""Operations refuse what they cannot do; a step nobody may do is an incident and not silence."""

from dataclasses import replace

import pytest

from engine.actions.found_agency import found_agency
from engine.actions.register_document import RegisterDocument, register_document
from engine.errors import Fault
from engine.ids import SYSTEM, AgencyId, DocumentId, PersonId, UnitId
from engine.operations import jobs, outgoing
from engine.operations.incoming import record_assignment, record_directive, record_return
from engine.operations.jobs import Job, NotProven
from engine.operations.move import Inline, Move, OperationMisplaced, VersionMoved
from engine.people import Agency, Person, Post, Role, Unit
from engine.ports import UnitOfWork
from engine.procedures import prepare
from engine.queries import NewPerson, PageRequest
from engine.work_items import NobodyMayDo
from tests.support.builders import NOON, an_id
from tests.support.office import NOVEMBER, Office, a_pdf


def an_agency_with_a_clerk_alone(office: Office) -> Person:
    agency = Agency(id=AgencyId(an_id("lonely")), code="H98", name="Trạm", symbol="TR", place="Trạm")
    unit = Unit(id=UnitId(an_id("lonely unit")), agency_id=agency.id, name="Văn thư", symbol="VT")
    clerk = Person(
        id=PersonId(an_id("lonely clerk")),
        agency_id=agency.id,
        username="vanthu.tram",
        name="Văn thư Trạm",
        title="Văn thư",
        posts=(Post(role=Role.CLERK, unit_id=unit.id),),
    )
    with office.house.services.begin() as work:
        new = NewPerson(person=clerk, password_hash=office.house.hasher.hash("x"))
        found_agency(agency, [unit], [new], at=office.house.services.clock(), work=work)
    return clerk


def test_a_step_nobody_holds_the_post_for_is_an_incident_that_says_so(office: Office) -> None:
    clerk = an_agency_with_a_clerk_alone(office)
    services = office.house.services
    file_id = office.upload(a_pdf())
    with services.begin() as work:
        work.files.note_upload(file_id, clerk.id)
        request = RegisterDocument(
            file_id=file_id,
            code_number="1",
            code_notation="CV",
            issued_date=NOVEMBER,
            organ_name="Sở Tài chính",
            type="CV",
            subject="Về việc quyết toán",
        )
        registered = register_document(request, by=clerk, at=services.clock(), work=work)

    with services.begin() as work:
        incidents = work.incidents.search(clerk.agency_id, PageRequest()).items
    assert registered.document.arrival_number == 1
    assert [(incident.element_id, incident.code) for incident in incidents] == [("direct", NobodyMayDo.code)]


@pytest.mark.parametrize("operation", [outgoing.submit_draft, outgoing.take_number, outgoing.issue_document])
def test_an_operation_for_outgoing_documents_refuses_an_incoming_one(office: Office, operation: Inline) -> None:
    document_id = office.register().document.id

    with office.house.services.begin() as work, pytest.raises(OperationMisplaced):
        operation(_move(document_id, work), {}, {})


@pytest.mark.parametrize("operation", [record_directive, record_assignment, record_return])
def test_an_operation_without_its_data_says_what_is_missing(office: Office, operation: Inline) -> None:
    document_id = office.register().document.id

    with office.house.services.begin() as work, pytest.raises(OperationMisplaced):
        operation(_move(document_id, work), {}, {})


def test_what_was_made_of_an_earlier_version_is_not_kept(office: Office) -> None:
    document_id = office.numbered()
    services = office.house.services
    document = office.outgoing(document_id)
    with services.begin() as work:
        agency = work.people.get_agency(document.agency_id)
    finish = jobs.archive(Job(document=document, agency=agency, parameters={}, services=services))

    other = office.upload(a_pdf(4))
    with services.begin() as work:
        move = _move(document_id, work)
        move.document = replace(document, file_id=other)
        with pytest.raises(VersionMoved):
            finish(move)


def test_a_document_whose_seal_is_missing_is_not_archived(office: Office) -> None:
    document = office.outgoing(office.signed())
    services = office.house.services
    with services.begin() as work:
        agency = work.people.get_agency(document.agency_id)

    with pytest.raises(Fault) as refused:
        jobs.extend_signatures(Job(document=document, agency=agency, parameters={}, services=services))

    assert isinstance(refused.value, NotProven)
    assert "Dau" in str(refused.value)


def _move(document_id: DocumentId, work: UnitOfWork) -> Move:
    instance = work.instances.find_of_document(document_id)
    assert instance is not None
    return prepare(work.instances.lock(instance.id), by=SYSTEM, at=NOON, work=work)
