"""Every noun is read back as the value that was kept."""

from dataclasses import replace
from datetime import date, timedelta

import psycopg
import pytest

from engine.definitions import DefinitionNotFound
from engine.deliveries import DeliveryNotFound
from engine.documents import ArchivedFile, Attachment, DocumentNotFound, IncomingState, OutgoingState, VersionKind
from engine.files import FileNotFound
from engine.ids import (
    SYSTEM,
    AgencyId,
    DefinitionId,
    DeliveryId,
    DocumentId,
    FileId,
    IncidentId,
    InstanceId,
    PersonId,
    SessionId,
    WorkItemId,
)
from engine.incidents import IncidentNotFound
from engine.instances import InstanceNotFound
from engine.people import AgencyNotFound, PersonNotFound, Session
from engine.ports import Begin
from engine.queries import IdempotencyKeyReused, Once
from engine.sign_in_tries import Tries
from engine.validations import (
    Coverage,
    Indication,
    Modification,
    Problem,
    SignatureKind,
    SignatureReport,
    ValidationReport,
    Verdict,
)
from engine.work_items import WorkItemNotFound
from storage.database import DatabaseBusy
from tests.storage.builders import (
    NOON,
    TODAY,
    a_desk,
    a_file,
    a_version,
    a_work_item,
    an_event,
    an_office,
    incoming,
    new_id,
    outgoing,
    registered,
)
from tests.support.builders import a_stand_in
from tests.support.postgres import Database


def test_people_are_read_as_they_were_founded(begin: Begin) -> None:
    with begin() as work:
        office = an_office(work)
        other = an_office(work, "H57")

    with begin() as work:
        assert work.people.agencies() == [office.agency, other.agency]
        assert tuple(work.people.units(office.agency.id)) == tuple(office.units)
        assert list(work.people.of_agency(office.agency.id)) == list(office.people.values())
        assert work.people.get(office.person("unit_head").id) == office.person("unit_head")
        assert work.people.find_login("clerk.H56") == (office.person("clerk"), "$argon2id$x")
        assert work.people.find_login("nobody") is None


def test_what_a_process_keeps_of_an_organisation_is_renewed_when_a_post_changes(database: Database) -> None:
    begin, elsewhere = database.begin(), database.begin()
    with begin() as work:
        office = an_office(work)
        head = office.person("unit_head")
    with elsewhere() as work:
        assert head in work.people.of_agency(office.agency.id)

    with psycopg.connect(database.application_url) as connection:
        connection.execute("UPDATE posts SET role = 'specialist' WHERE person_id = %s", [head.id])
        connection.execute(
            "INSERT INTO audit_events SELECT gen_random_uuid(), at, actor, agency_id, action, subject_type, subject_id,"
            " leaf, leaf_hash FROM audit_events LIMIT 1"
        )

    with elsewhere() as work:
        assert head not in work.people.of_agency(office.agency.id)


def test_and_when_somebody_stands_in(database: Database) -> None:
    begin, elsewhere = database.begin(), database.begin()
    with begin() as work:
        office = an_office(work)
    head, clerk = office.person("unit_head"), office.person("clerk")
    with elsewhere() as work:
        assert work.stand_ins.in_force(office.agency.id, NOON) == []

    held = {"starts_at": NOON, "ends_at": NOON + timedelta(days=1)}
    stand_in = a_stand_in(head, clerk, agency_id=office.agency.id, **held)
    with begin() as work:
        work.stand_ins.in_force(office.agency.id, NOON)
        work.stand_ins.add(stand_in)
        work.record(an_event(office.agency.id))
        assert work.stand_ins.in_force(office.agency.id, NOON) == [stand_in]
    with elsewhere() as work:
        assert work.stand_ins.in_force(office.agency.id, stand_in.starts_at) == [stand_in]
        assert work.stand_ins.in_force(office.agency.id, stand_in.starts_at - timedelta(seconds=1)) == []
        assert work.stand_ins.in_force(office.agency.id, stand_in.ends_at) == []

    with begin() as work:
        work.stand_ins.in_force(office.agency.id, NOON)
        work.stand_ins.save(stand_in.revoked(clerk.id, NOON))
        work.record(an_event(office.agency.id))
        assert work.stand_ins.in_force(office.agency.id, NOON) == []
    with elsewhere() as work:
        assert work.stand_ins.in_force(office.agency.id, NOON) == []


def test_a_session_is_found_until_it_ends(begin: Begin) -> None:
    with begin() as work:
        clerk = an_office(work).person("clerk")
        session = Session(
            id=SessionId(new_id()),
            person_id=clerk.id,
            token_sha256="a" * 64,
            created_at=NOON,
            expires_at=NOON + timedelta(hours=12),
        )
        work.people.add_session(session)
        work.record(an_event(clerk.agency_id))

        assert work.people.find_session("a" * 64, NOON) == (session, clerk)
        assert work.people.find_session("a" * 64, NOON + timedelta(hours=12)) is None
        assert work.people.find_session("b" * 64, NOON) is None
        work.people.end_session(session.id)
        assert work.people.find_session("a" * 64, NOON) is None


def test_tries_are_kept_until_they_are_forgotten(begin: Begin) -> None:
    counted = Tries(wrong=2, since=NOON, judging=(NOON, NOON, NOON + timedelta(seconds=1)))
    with begin() as work:
        people = work.people
        assert people.tries("one", NOON) == people.lock_tries("one", NOON) == Tries(since=NOON)
        people.keep_tries("one", counted)

        later = NOON + timedelta(minutes=15)
        assert people.tries("one", later) == people.lock_tries("one", later) == counted
        assert people.tries("other", later) == Tries(since=later)
        assert people.forget_tries(NOON) == 0
        assert people.forget_tries(later) == 1


def test_a_content_is_known_once_and_used_by_who_brought_it(begin: Begin) -> None:
    with begin() as work:
        office = an_office(work)
        file = a_file(office.agency.id, b"new")
        work.files.add(file)
        work.files.add(replace(file, stored_by=office.person("clerk").id))
        work.files.note_upload(file.id, office.person("specialist").id)
        work.files.note_upload(file.id, office.person("specialist").id)

        assert work.files.get(file.id) == file
        assert work.files.may_be_used_by(file.id, office.person("specialist"))
        assert not work.files.may_be_used_by(file.id, office.person("clerk"))


def test_a_content_is_used_by_who_may_read_a_document_that_has_it(begin: Begin) -> None:
    with begin() as work:
        office = an_office(work)
        main, attached = a_file(office.agency.id, b"old version"), a_file(office.agency.id, b"attached")
        work.files.add(main)
        work.files.add(attached)
        document = registered(office, 1, attachments=(Attachment(file_id=attached.id, name="phụ lục.pdf"),))
        work.documents.add(document)
        work.documents.add_version(a_version(replace(document, file_id=main.id), 1))

        for content in (main, attached):
            assert work.files.may_be_used_by(content.id, office.person("head"))
            assert not work.files.may_be_used_by(content.id, office.person("specialist"))
        work.documents.save(document.read_by(units=[office.units[0].id]))
        assert work.files.may_be_used_by(attached.id, office.person("specialist"))
        assert not work.files.may_be_used_by(attached.id, office.person("other"))


def test_an_incoming_document_with_every_field_is_read_back(begin: Begin) -> None:
    with begin() as work:
        office = an_office(work)
        document = incoming(
            office,
            attachments=(Attachment(file_id=office.file_id, name="phụ lục.pdf"),),
            reader_units=frozenset(unit.id for unit in office.units),
            reader_people=frozenset({office.person("head").id}),
            state=IncomingState.CLOSED,
            due_date=date(2026, 12, 1),
            arrival_number=7,
            arrival_date=TODAY,
            delivery_id=DeliveryId(new_id()),
            result="Đã trả lời.",
        )
        work.documents.add(document)

        assert work.documents.get(document.id) == document


def test_an_outgoing_document_is_read_back_and_found_by_what_it_answers(begin: Begin) -> None:
    with begin() as work:
        office = an_office(work)
        question = registered(office, 1)
        work.documents.add(question)
        answer = outgoing(
            office,
            state=OutgoingState.ISSUED,
            body="Kính gửi…",
            number="05/QĐ-UBND",
            issued_date=TODAY,
            recipients=(office.agency.id,),
            replies_to=(question.id,),
        )
        work.documents.add(answer)

        assert work.documents.get(answer.id) == answer
        assert work.documents.replies_to(question.id) == [answer]


def test_a_saved_document_has_the_next_rev(begin: Begin) -> None:
    with begin() as work:
        office = an_office(work)
        document = incoming(office)
        work.documents.add(document)
        locked = work.documents.lock(document.id)
        work.documents.save(replace(locked, subject="Khác"))
        work.documents.save(replace(locked, subject="Khác nữa"))

        assert work.documents.get(document.id) == replace(document, subject="Khác nữa", rev=2)


def test_versions_are_kept_in_order(begin: Begin) -> None:
    with begin() as work:
        office = an_office(work)
        document = incoming(office)
        work.documents.add(document)
        versions = [
            a_version(document, ordinal, kind)
            for ordinal, kind in enumerate((VersionKind.PREPARED, VersionKind.SIGNED), start=1)
        ]
        for version in reversed(versions):
            work.documents.add_version(version)

        assert work.documents.versions(document.id) == versions


def test_the_first_note_of_where_a_content_is_archived_stays(begin: Begin) -> None:
    with begin() as work:
        office = an_office(work)
        document = incoming(office)
        work.documents.add(document)
        kept = ArchivedFile(document_id=document.id, file_id=office.file_id, version_id="v1", archived_at=NOON)
        work.documents.add_archived(kept)
        work.documents.add_archived(replace(kept, version_id="v2"))

        assert work.documents.archived(document.id) == [kept]


def test_the_newest_report_is_read_back_whole(begin: Begin) -> None:
    signature = SignatureReport(
        field="ChuKy",
        kind=SignatureKind.CERTIFICATION,
        signer="Nguyễn Văn A",
        organization=None,
        certificate="ab",
        signed_at=NOON,
        timestamped_at=None,
        intact=True,
        valid=True,
        trusted=False,
        coverage=Coverage.REVISION,
        modification=Modification.FORM,
        changed_fields=("SoKyHieu",),
        docmdp_ok=None,
        ades="NO_POE",
        indication=Indication.PASSED,
    )
    problem = Problem(code="a.b", template="Not %(what)s.", facts={"what": "trusted"}, fatal=False)
    report = ValidationReport(
        verdict=Verdict.REVIEW,
        signatures=(signature,),
        problems=(problem,),
        checked_at=NOON,
    )
    with begin() as work:
        office = an_office(work)
        document = incoming(office)
        work.documents.add(document)
        assert work.documents.find_report(document.id) is None
        work.documents.add_report(document.id, office.file_id, replace(report, verdict=Verdict.INVALID))
        work.documents.add_report(document.id, office.file_id, report)

        kept = work.documents.find_report(document.id)
        assert kept is not None
        assert (kept.file_id, kept.report) == (office.file_id, report)
        assert work.documents.reports(document.id)[0] == kept


def test_a_repeated_request_finds_what_the_first_made(begin: Begin) -> None:
    once, made = Once(key="k", fingerprint="f"), new_id()
    with begin() as work:
        assert work.requests.find(SYSTEM, once) is None
        work.requests.remember(SYSTEM, once, made, NOON)

    with begin() as work:
        assert work.requests.find(SYSTEM, once) == made
        assert work.requests.find(PersonId(new_id()), once) is None
        with pytest.raises(IdempotencyKeyReused):
            work.requests.find(SYSTEM, replace(once, fingerprint="g"))
        with pytest.raises(DatabaseBusy):
            work.requests.remember(SYSTEM, once, new_id(), NOON)


def test_what_is_not_there_is_not_found(begin: Begin) -> None:
    with begin() as work:
        with pytest.raises(AgencyNotFound):
            work.people.get_agency(AgencyId(new_id()))
        with pytest.raises(PersonNotFound):
            work.people.get(PersonId(new_id()))
        with pytest.raises(FileNotFound):
            work.files.get(FileId("a" * 64))
        with pytest.raises(DocumentNotFound):
            work.documents.get(DocumentId(new_id()))
        with pytest.raises(DocumentNotFound):
            work.documents.lock(DocumentId(new_id()))
        with pytest.raises(DefinitionNotFound):
            work.definitions.get(DefinitionId(new_id()))
        with pytest.raises(InstanceNotFound):
            work.instances.get(InstanceId(new_id()))
        with pytest.raises(InstanceNotFound):
            work.instances.lock(InstanceId(new_id()))
        with pytest.raises(WorkItemNotFound):
            work.work_items.get(WorkItemId(new_id()))
        with pytest.raises(WorkItemNotFound):
            work.work_items.lock(WorkItemId(new_id()))
        with pytest.raises(IncidentNotFound):
            work.incidents.get(IncidentId(new_id()))
        with pytest.raises(DeliveryNotFound):
            work.deliveries.get(DeliveryId(new_id()))


def test_a_task_gets_another_work_item_in_the_transaction_that_ends_the_one_before(begin: Begin) -> None:
    with begin() as work:
        desk = a_desk(work)
    again = a_work_item(desk.instance, task_id=desk.item.task_id)

    with begin() as work:
        work.work_items.lock(desk.item.id)
        work.work_items.save(desk.item.cancelled(NOON))
        work.work_items.add([again])
        work.record(an_event(desk.office.agency.id))

    with begin() as work:
        assert [item.id for item in work.work_items.open_of(desk.instance.id)] == [again.id]
