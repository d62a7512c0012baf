"""Each constraint, violated by name: what the engine would never do, the database does not let happen either."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import CheckConstraint, UniqueConstraint

from engine.approvals import Approval
from engine.calendars import CalendarDay, CalendarYear, DayKind
from engine.comments import Comment
from engine.deliveries import Delivery, DeliveryState
from engine.documents import ArchivedFile
from engine.form_drafts import FormDraft
from engine.ids import SYSTEM, CommentId, DeliveryId, MigrationId, SessionId
from engine.instance_migrations import Migration
from engine.instances import Activity, Movement
from engine.people import Session
from engine.ports import UnitOfWork
from engine.renewals import Proof
from storage.embedded import EmbeddedServer
from storage.schema import metadata
from tests.storage.announced import fill_announcements
from tests.storage.assembled import fill_circulations, fill_councils
from tests.storage.builders import (
    NOON,
    TODAY,
    Desk,
    a_desk,
    a_signing,
    a_subscription,
    a_timer,
    a_version,
    an_activation,
    an_incident,
    incoming,
    new_id,
    outgoing,
)
from tests.storage.composed import fill_dossiers
from tests.storage.judged import fill_judged
from tests.storage.one_stop import fill_one_stop
from tests.storage.published import fill_published
from tests.storage.ranked import fill_ocop
from tests.storage.signed import fill_signing
from tests.storage.signed_elsewhere import fill_signed_elsewhere
from tests.storage.violations import CHECKS, DOUBLES
from tests.support.builders import a_stand_in
from tests.support.postgres import Database, databases


def test_every_check_of_the_schema_is_violated_here() -> None:
    named = {
        str(constraint.name)
        for table in metadata.tables.values()
        for constraint in table.constraints
        if isinstance(constraint, CheckConstraint)
    }

    assert named == set(CHECKS)


def test_every_unique_key_of_the_schema_is_violated_here() -> None:
    constraints = {
        str(constraint.name)
        for table in metadata.tables.values()
        for constraint in table.constraints
        if isinstance(constraint, UniqueConstraint)
    }
    indexes = {str(index.name) for table in metadata.tables.values() for index in table.indexes if index.unique}

    assert constraints | indexes == set(DOUBLES)


@pytest.mark.parametrize("name", CHECKS)
def test_a_row_that_contradicts_itself_is_refused(filled: Database, name: str) -> None:
    with unguarded(filled) as connection, pytest.raises(psycopg.errors.CheckViolation) as refused:
        connection.execute(CHECKS[name])

    assert refused.value.diag.constraint_name == name


@pytest.mark.parametrize("name", DOUBLES)
def test_a_row_that_must_be_alone_is_refused_twice(filled: Database, name: str) -> None:
    with unguarded(filled) as connection, pytest.raises(psycopg.errors.UniqueViolation) as refused:
        double(connection, DOUBLES[name], name)

    assert refused.value.diag.constraint_name == name


def double(connection: "psycopg.Connection[tuple[object, ...]]", table: str, name: str) -> None:
    """Copy one row of *table* with a new id, and drop the other unique keys, which would speak up first."""
    copied = sql.Identifier(table)
    for other in [key for key in DOUBLES if key != name and DOUBLES[key] == table]:
        kind = sql.SQL("DROP INDEX {}" if other.endswith("_idx") else f"ALTER TABLE {table} DROP CONSTRAINT {{}}")
        connection.execute(kind.format(sql.Identifier(other)))
    connection.execute(sql.SQL("CREATE TEMPORARY TABLE copied AS SELECT * FROM {} LIMIT 1").format(copied))
    anew = {
        "approvals": "UPDATE copied SET id = 1000",
        "dossier_files": "UPDATE copied SET id = 1000",
        "evidence_files": "UPDATE copied SET id = 1000",
        "field_visit_photos": "UPDATE copied SET place = 2",
        "survey_households": "UPDATE copied SET number = 1000",
        "active_definitions": "UPDATE copied SET key = 'other'",
        "verification_codes": "UPDATE copied SET code = repeat('1', 26)",
        "signature_batch_items": "UPDATE copied SET place = 1",
        "criteria_sets": "UPDATE copied SET id = 'other/1'",
        "ocop_rubrics": "UPDATE copied SET id = 'other'",
        "ocop_proposals": "UPDATE copied SET dossier_id = gen_random_uuid()",
    }
    connection.execute(anew.get(table, "UPDATE copied SET id = gen_random_uuid()"))
    connection.execute(sql.SQL("INSERT INTO {} OVERRIDING SYSTEM VALUE SELECT * FROM copied").format(copied))


@pytest.fixture(scope="module")
def filled(postgres: EmbeddedServer, template: str) -> Iterator[Database]:
    """A database with a row in every table; no test here commits anything."""
    with databases(postgres, template) as make:
        database = make()
        with database.begin()() as work:
            desk = a_desk(work)
            fill(work, desk)
            fill_signed_elsewhere(work, desk)
            fill_dossiers(work, desk)
            fill_judged(work, desk)
            fill_published(work, desk)
            fill_councils(work, desk)
            fill_circulations(work, desk)
            fill_one_stop(work, desk)
            fill_ocop(work, desk)
            work.verifications.add_code(desk.document.id, "0" * 26)
            work.verifications.take("file", NOON, 1)
        yield database


@contextmanager
def unguarded(database: Database) -> "Iterator[psycopg.Connection[tuple[object, ...]]]":
    """Give a superuser's connection without the triggers that would refuse first, and roll back what it did."""
    with psycopg.connect(database.server.url("postgres", database.name)) as connection:
        connection.execute("SET session_replication_role = replica")
        yield connection
        connection.rollback()


def fill(work: UnitOfWork, desk: Desk) -> None:
    office, document = desk.office, desk.document
    sent, arrived = outgoing(office), incoming(office)
    for each in (sent, arrived):
        work.documents.add(each)
    work.documents.add_version(a_version(document, 1))
    work.definitions.activate(an_activation(desk.definition))
    archived = ArchivedFile(document_id=document.id, file_id=office.file_id, version_id=None, archived_at=NOON)
    work.documents.add_archived(archived)
    work.people.add_session(
        Session(
            id=SessionId(new_id()),
            person_id=office.person("clerk").id,
            token_sha256="a" * 64,
            created_at=NOON,
            expires_at=NOON.replace(year=2027),
        )
    )
    work.deliveries.add(
        Delivery(
            id=DeliveryId(new_id()),
            from_agency=office.agency.id,
            to_agency=office.agency.id,
            outgoing_id=sent.id,
            incoming_id=arrived.id,
            state=DeliveryState.ARRIVED,
            sent_at=NOON,
            state_at=NOON,
        )
    )
    work.incidents.add(an_incident(desk.instance))
    day = CalendarDay(day=TODAY.replace(day=24), kind=DayKind.OFF, name="Ngày Văn hóa Việt Nam")
    clerk = office.person("clerk").id
    work.calendars.save(
        CalendarYear(agency_id=office.agency.id, year=2026, days=(day,), confirmed_at=NOON, confirmed_by=clerk, rev=1)
    )
    fill_procedure(work, desk)
    fill_signing(work, desk)
    fill_announcements(work, desk.office)


def fill_procedure(work: UnitOfWork, desk: Desk) -> None:
    office, instance = desk.office, desk.instance
    work.instances.record(
        [
            Activity(
                instance_id=instance.id,
                agency_id=office.agency.id,
                task_id=desk.item.task_id,
                element_id="direct",
                name="",
                kind="userTask",
                movement=Movement.ENTERED,
                at=NOON,
                actor=SYSTEM,
            )
        ]
    )
    work.signings.add(a_signing(desk))
    clerk = office.person("clerk").id
    work.comments.add(
        Comment(
            id=CommentId(new_id()),
            agency_id=office.agency.id,
            document_id=instance.document_id,
            work_item_id=desk.item.id,
            author=clerk,
            at=NOON,
            text="Nhờ xem giúp.",
        )
    )
    work.form_drafts.save(
        FormDraft(work_item_id=desk.item.id, person_id=clerk, outcome="assign", data="{}", comment=None, saved_at=NOON)
    )
    fill_migration(work, desk)
    work.timers.replace(instance.id, [a_timer(instance)])
    work.messages.replace(instance.id, [a_subscription(instance)])
    work.stand_ins.add(a_stand_in(office.person("unit_head"), office.person("clerk"), agency_id=office.agency.id))
    work.approvals.add(
        Approval(work_item_id=desk.item.id, agency_id=office.agency.id, person_id=clerk, outcome="file", at=NOON)
    )


def fill_migration(work: UnitOfWork, desk: Desk) -> None:
    work.renewals.keep(Proof.of(desk.office.file_id, desk.document.id, desk.office.agency.id, (), None))
    office, instance = desk.office, desk.instance
    migration = Migration(
        id=MigrationId(new_id()),
        agency_id=office.agency.id,
        definition_key=instance.definition_key,
        target_id=instance.definition_id,
        mapping={},
        reason="Quy trình mới",
        begun_at=NOON,
        begun_by=office.person("clerk").id,
    )
    work.migrations.add(migration)
    work.migrations.fill(migration, [instance.definition_id], [])
