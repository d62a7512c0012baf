"""Values with every field plausible; a test names only what matters to it."""

# ruff: noqa: ANN401 - changes are fields of any type

import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import uuid_utils.compat

from engine.definitions import Activation, Definition
from engine.documents import (
    Document,
    IncomingDocument,
    IncomingState,
    OutgoingDocument,
    OutgoingState,
    Urgency,
    Version,
    VersionKind,
)
from engine.events import AgencyFounded, Event, OperationFinished
from engine.files import StoredFile
from engine.ids import (
    SYSTEM,
    AgencyId,
    DefinitionId,
    DocumentId,
    EntryId,
    FileId,
    IncidentId,
    InstanceId,
    KeyChoiceId,
    PersonId,
    RegisterId,
    SignatureId,
    TaskId,
    UnitId,
    WorkItemId,
)
from engine.incidents import Incident
from engine.instances import Instance
from engine.messages import SendingKind, Subscription
from engine.people import Agency, Person, Post, Role, Unit
from engine.ports import UnitOfWork
from engine.queries import NewPerson
from engine.registers import Direction, Register, RegisterEntry
from engine.signing_keys import KeyChoice, KeyKind, SigningKey
from engine.signings import Signing
from engine.timers import Timer
from engine.work_items import WorkItem

NOON = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
TODAY = date(2026, 11, 22)


def new_id() -> UUID:
    return uuid_utils.compat.uuid7()


def an_event(agency_id: AgencyId, **changes: Any) -> Event:
    event = OperationFinished(
        by=SYSTEM,
        at=NOON,
        agency_id=agency_id,
        instance_id=InstanceId(new_id()),
        document_id=DocumentId(new_id()),
        element="step",
        operation="test",
        effects=(),
    )
    return replace(event, **changes)


@dataclass(slots=True, kw_only=True)
class Office:
    """A founded agency: two units, a clerk, a head of the first unit, a specialist in each, an auditor."""

    agency: Agency
    units: list[Unit]
    people: dict[str, Person]
    file_id: FileId

    def person(self, name: str) -> Person:
        """Return somebody by what they are here: 'clerk', 'head', 'unit_head', 'specialist', 'other', 'auditor'."""
        return self.people[name]


def an_office(work: UnitOfWork, code: str = "H56") -> Office:
    """Found an office in this transaction, with one content it may use, and record both."""
    agency = Agency(id=AgencyId(new_id()), code=code, name=f"UBND {code}", symbol="UBND", place="Thanh Hóa")
    units = [Unit(id=UnitId(new_id()), agency_id=agency.id, name=name, symbol=name) for name in ("VX", "KT")]
    posts = {
        "clerk": Post(role=Role.CLERK),
        "head": Post(role=Role.HEAD, acting=True),
        "unit_head": Post(role=Role.HEAD_OF_UNIT, unit_id=units[0].id),
        "specialist": Post(role=Role.SPECIALIST, unit_id=units[0].id),
        "other": Post(role=Role.SPECIALIST, unit_id=units[1].id),
        "auditor": Post(role=Role.AUDITOR),
    }
    people = {
        name: Person(
            id=PersonId(new_id()),
            agency_id=agency.id,
            username=f"{name}.{code}",
            name=f"Người {name}",
            title="",
            posts=(post,),
        )
        for name, post in posts.items()
    }
    work.people.found(agency, units, [NewPerson(person=one, password_hash="$argon2id$x") for one in people.values()])
    file = a_file(agency.id, code.encode())
    work.files.add(file)
    work.record(AgencyFounded(by=SYSTEM, at=NOON, agency_id=agency.id, units=2, people=len(people)))
    return Office(agency=agency, units=units, people=people, file_id=file.id)


def a_file(agency_id: AgencyId, content: bytes = b"x") -> StoredFile:
    return StoredFile(
        id=FileId(hashlib.sha256(content).hexdigest()),
        size=len(content),
        media_type="application/pdf",
        pages=1,
        signatures=0,
        stored_at=NOON,
        stored_by=SYSTEM,
        agency_id=agency_id,
    )


def incoming(office: Office, **changes: Any) -> IncomingDocument:
    document = IncomingDocument(
        id=DocumentId(new_id()),
        agency_id=office.agency.id,
        type="CV",
        subject="Về việc xét công nhận xã đạt chuẩn nông thôn mới",
        urgency=Urgency.NORMAL,
        file_id=office.file_id,
        created_at=NOON,
        created_by=office.person("clerk").id,
        code_number="15",
        code_notation="UBND-NN",
        issued_date=TODAY,
        organ_name="UBND huyện Quảng Xương",
        state=IncomingState.RECEIVED,
    )
    return replace(document, **changes)


def registered(office: Office, number: int, **changes: Any) -> IncomingDocument:
    return replace(incoming(office).registered(number, TODAY), **changes)


def outgoing(office: Office, **changes: Any) -> OutgoingDocument:
    document = OutgoingDocument(
        id=DocumentId(new_id()),
        agency_id=office.agency.id,
        type="QĐ",
        subject="Quyết định công nhận xã đạt chuẩn",
        urgency=Urgency.NORMAL,
        file_id=office.file_id,
        created_at=NOON,
        created_by=office.person("specialist").id,
        drafter=office.person("specialist").id,
        unit_id=office.units[0].id,
        signer=office.person("head").id,
        state=OutgoingState.DRAFT,
    )
    return replace(document, **changes)


def an_entry(register: Register, document_id: DocumentId, number: int, **changes: Any) -> RegisterEntry:
    entry = RegisterEntry(
        id=EntryId(new_id()),
        register_id=RegisterId(register.id),
        agency_id=register.agency_id,
        year=TODAY.year,
        number=number,
        printed=f"{number:02d}",
        document_id=document_id,
        entered_at=NOON,
        entered_by=SYSTEM,
        entered_on=TODAY,
    )
    return replace(entry, **changes)


def a_definition(office: Office, version: int = 1, key: str = "incoming_document") -> Definition:
    return Definition(
        id=DefinitionId(new_id()),
        agency_id=office.agency.id,
        key=key,
        version=version,
        name="Văn bản đến",
        bundle_sha256=hashlib.sha256(f"{key}{version}".encode()).hexdigest(),
        files={"incoming_document.bpmn": b"<xml/>", "reason.json": b"{}"},
        deployed_at=NOON,
        deployed_by=SYSTEM,
    )


def an_activation(definition: Definition) -> Activation:
    return Activation(
        key=definition.key,
        definition_id=definition.id,
        agency_id=definition.agency_id,
        at=NOON,
        by=SYSTEM,
        message=f"Bắt đầu {definition.key}",
    )


def an_instance(office: Office, definition: Definition, document_id: DocumentId, **changes: Any) -> Instance:
    instance = Instance(
        id=InstanceId(new_id()),
        agency_id=office.agency.id,
        definition_id=definition.id,
        definition_key=definition.key,
        bundle_sha256=definition.bundle_sha256,
        document_id=document_id,
        state=b"state",
        started_at=NOON,
    )
    return replace(instance, **changes)


def a_work_item(instance: Instance, **changes: Any) -> WorkItem:
    item = WorkItem(
        id=WorkItemId(new_id()),
        agency_id=instance.agency_id,
        instance_id=instance.id,
        task_id=TaskId(new_id()),
        element_id="direct",
        name="Cho ý kiến chỉ đạo",
        name_en="Direct",
        document_id=instance.document_id,
        roles=frozenset({Role.HEAD}),
        unit_id=None,
        assignee=None,
        excluded=frozenset(),
        urgency=0,
        opened_at=NOON,
    )
    return replace(item, **changes)


def an_incident(instance: Instance, **changes: Any) -> Incident:
    incident = Incident(
        id=IncidentId(new_id()),
        agency_id=instance.agency_id,
        instance_id=instance.id,
        document_id=instance.document_id,
        task_id=TaskId(new_id()),
        element_id="archive",
        operation="archive",
        parameters="{}",
        code="store.away",
        message="The store of files does not answer.",
        first_seen=NOON,
        last_seen=NOON,
    )
    return replace(incident, **changes)


def a_timer(instance: Instance, **changes: Any) -> Timer:
    """Return a timer that has been due for long."""
    timer = Timer(
        instance_id=instance.id,
        agency_id=instance.agency_id,
        task_id=TaskId(new_id()),
        element_id="too_late",
        due_at=NOON.replace(year=2025),
    )
    return replace(timer, **changes)


def a_subscription(instance: Instance, **changes: Any) -> Subscription:
    """Return a wait for a message."""
    subscription = Subscription(
        instance_id=instance.id,
        agency_id=instance.agency_id,
        task_id=TaskId(new_id()),
        element_id="reply",
        kind=SendingKind.MESSAGE,
        name="Công văn trả lời",
        correlation="15/UBND-NN",
    )
    return replace(subscription, **changes)


@dataclass(slots=True, kw_only=True)
class Desk:
    """An office at work: a procedure runs on a registered document and waits with one open item."""

    office: Office
    definition: Definition
    document: IncomingDocument
    instance: Instance
    item: WorkItem


def a_desk(work: UnitOfWork, office: Office | None = None, **item: Any) -> Desk:
    """Keep a running procedure with one open work item, and record it."""
    office = office or an_office(work)
    definition = work.definitions.find_latest("incoming_document")
    if definition is None:
        definition = a_definition(office)
        work.definitions.add(definition)
    register = work.registers.for_direction(office.agency.id, Direction.INCOMING)
    number = work.registers.next_number(register.id, TODAY.year)
    document = registered(office, number)
    work.documents.add(document)
    work.registers.add(an_entry(register, document.id, number))
    instance = an_instance(office, definition, document.id)
    work.instances.add(instance)
    opened = a_work_item(instance, **item)
    work.work_items.add([opened])
    work.record(an_event(office.agency.id, document_id=document.id, instance_id=instance.id))
    return Desk(office=office, definition=definition, document=document, instance=instance, item=opened)


def a_version(document: Document, ordinal: int, kind: VersionKind = VersionKind.ORIGINAL) -> Version:
    return Version(
        document_id=document.id,
        ordinal=ordinal,
        kind=kind,
        file_id=document.file_id,
        made_at=NOON,
        made_by=SYSTEM,
    )


def a_signing(desk: Desk) -> Signing:
    """Return the signature asked for by the desk's work item."""
    return Signing(
        id=SignatureId(new_id()),
        agency_id=desk.office.agency.id,
        document_id=desk.document.id,
        instance_id=desk.instance.id,
        work_item_id=desk.item.id,
        field="ChuKy",
        outcome="sign",
        key_id="default",
        digest="a" * 64,
        prepared_file_id=desk.office.file_id,
        prepared="{}",
        asked_at=NOON,
        asked_by=SYSTEM,
    )


def a_key_choice(office: Office) -> KeyChoice:
    """Return the clerk's choice of a key in the own computer."""
    clerk = office.person("clerk").id
    return KeyChoice(
        id=KeyChoiceId(new_id()),
        agency_id=office.agency.id,
        person_id=clerk,
        key=SigningKey(holder=str(clerk), kind=KeyKind.CLIENT, certificate=b"0"),
        certificate_sha256="a" * 64,
        chosen_at=NOON,
        chosen_by=SYSTEM,
    )
