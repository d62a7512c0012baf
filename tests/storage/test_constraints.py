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
from storage.embedded import EmbeddedServer
from storage.schema import metadata
from tests.storage.announced import fill_announcements
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
from tests.storage.signed import fill_signing
from tests.storage.violations import CHECKS, DOUBLES
from tests.support.builders import a_stand_in
from tests.support.postgres import Database, databases

CHECKS = {
    "people_password_hashed": "UPDATE people SET password_hash = 'secret'",
    "posts_role_known": "UPDATE posts SET role = 'king'",
    "posts_acting_heads_only": "UPDATE posts SET acting = true WHERE role <> 'head'",
    "stand_ins_kind_known": "UPDATE stand_ins SET kind = 'friend'",
    "stand_ins_two_people": "UPDATE stand_ins SET substitute = principal",
    "stand_ins_ends_after_start": "UPDATE stand_ins SET ends_at = starts_at",
    "stand_ins_basis_given": "UPDATE stand_ins SET basis = ''",
    "stand_ins_revoked_whole": "UPDATE stand_ins SET revoked_at = now()",
    "stand_ins_authorised_in_writing": "UPDATE stand_ins SET kind = 'authorised', basis_number = NULL",
    "sessions_token_hashed": "UPDATE sessions SET token_sha256 = 'token'",
    "sessions_ends_after_start": "UPDATE sessions SET expires_at = created_at",
    "files_id_is_digest": "UPDATE files SET id = 'letter.pdf'",
    "files_counts_not_negative": "UPDATE files SET pages = -1",
    "documents_direction_known": "UPDATE documents SET direction = 'sideways'",
    "documents_urgency_known": "UPDATE documents SET urgency = 4",
    "documents_subject_given": "UPDATE documents SET subject = ''",
    "documents_counts_from_start": "UPDATE documents SET version = 0",
    "documents_state_known": "UPDATE documents SET state = 'draft' WHERE direction = 'incoming'",
    "documents_incoming_whole": "UPDATE documents SET organ_name = NULL WHERE direction = 'incoming'",
    "documents_outgoing_whole": "UPDATE documents SET signer = NULL WHERE direction = 'outgoing'",
    "documents_arrival_whole": "UPDATE documents SET arrival_date = NULL WHERE arrival_number IS NOT NULL",
    "documents_registered_before_handled": "UPDATE documents SET state = 'directed' WHERE state = 'received'",
    "documents_number_whole": "UPDATE documents SET issued_date = now() WHERE direction = 'outgoing'",
    "documents_number_fits_state": "UPDATE documents SET state = 'issued' WHERE direction = 'outgoing'",
    "documents_drafter_does_not_sign": "UPDATE documents SET signer = drafter WHERE direction = 'outgoing'",
    "document_versions_kind_known": "UPDATE document_versions SET kind = 'last'",
    "document_versions_ordinal_from_one": "UPDATE document_versions SET ordinal = 0",
    "registers_direction_known": "UPDATE registers SET direction = 'sideways'",
    "register_counters_last_from_one": "UPDATE register_counters SET last = 0",
    "register_entries_number_from_one": "UPDATE register_entries SET number = 0",
    "register_entries_cancelled_whole": "UPDATE register_entries SET cancelled_at = now()",
    "register_entries_year_of_entry": "UPDATE register_entries SET year = 2025",
    "deliveries_state_known": "UPDATE deliveries SET state = '99'",
    "deliveries_refusal_has_reason": "UPDATE deliveries SET state = '02'",
    "definitions_version_from_one": "UPDATE definitions SET version = 0",
    "definitions_bundle_is_digest": "UPDATE definitions SET bundle_sha256 = 'x'",
    "instances_rev_from_zero": "UPDATE instances SET rev = -1",
    "instances_recall_whole": "UPDATE instances SET previous_state = state, recall = NULL",
    "timers_not_before_due": "UPDATE timers SET try_at = due_at - interval '1 second'",
    "timers_failures_counted": "UPDATE timers SET failures = -1",
    "subscriptions_kind_known": "UPDATE subscriptions SET kind = 'rumour'",
    "subscriptions_words_fit_index": "UPDATE subscriptions SET correlation = repeat('x', 201)",
    "instances_suspended_whole": "UPDATE instances SET suspended_at = now()",
    "instances_suspended_before_end": (
        "UPDATE instances SET suspended_at = now(), suspended_because = 'x', finished_at = now()"
    ),
    "instances_cancelled_is_over": "UPDATE instances SET cancelled_because = 'x'",
    "instances_caller_whole": "UPDATE instances SET caller_id = id",
    "instances_depth_from_one": (
        "UPDATE instances SET caller_id = id, caller_task = id, caller_element = 'x', call_depth = 0"
    ),
    "instances_caller_known": "UPDATE instances SET with_caller = true",
    "instances_failed_is_over": "UPDATE instances SET failed_with = 'x'",
    "activities_movement_known": "UPDATE activities SET movement = 'stayed'",
    "work_items_state_known": "UPDATE work_items SET state = 'lost'",
    "work_items_somebody_may": "UPDATE work_items SET roles = '{}'",
    "work_items_waiting_whole": "UPDATE work_items SET waiting_for = 'x'",
    "work_items_completed_whole": "UPDATE work_items SET state = 'completed', completed_at = now()",
    "work_items_end_has_time": "UPDATE work_items SET state = 'cancelled'",
    "work_items_not_done_by_excluded": (
        "UPDATE work_items SET state = 'completed', completed_at = now(), outcome = 'x', completed_by = id,"
        " excluded = ARRAY[id]"
    ),
    "work_items_due_whole": "UPDATE work_items SET due_at = now()",
    "work_items_term_ends": "UPDATE work_items SET term = '1 days'",
    "calendar_years_year_in_range": "UPDATE calendar_years SET year = 1999",
    "calendar_years_hours_in_order": "UPDATE calendar_years SET morning_end = '07:00'",
    "calendar_years_rev_from_one": "UPDATE calendar_years SET rev = 0",
    "calendar_days_kind_known": "UPDATE calendar_days SET kind = 'party'",
    "calendar_days_day_of_year": "UPDATE calendar_days SET year = 2027",
    "calendar_days_make_up_on_weekend": "UPDATE calendar_days SET kind = 'make_up'",
    "calendar_days_off_on_weekday": "UPDATE calendar_days SET day = '2026-11-28'",
    "work_items_seen_whole": "UPDATE work_items SET seen_at = now()",
    "work_items_handed_whole": "UPDATE work_items SET handed_note = 'x'",
    "comments_text_given": "UPDATE comments SET text = ''",
    "form_drafts_data_bounded": "UPDATE form_drafts SET data = repeat('x', 400001)",
    "work_items_in_place_whole": "UPDATE work_items SET on_behalf_of = id",
    "work_items_not_done_for_excluded": (
        "UPDATE work_items SET state = 'completed', completed_at = now(), outcome = 'x', completed_by = agency_id,"
        " excluded = ARRAY[id], on_behalf_of = id, by_stand_in = id"
    ),
    "work_items_needs_counted": "UPDATE work_items SET agreed = 2",
    "approvals_in_place_whole": "UPDATE approvals SET on_behalf_of = agency_id",
    "approvals_two_people": "UPDATE approvals SET on_behalf_of = person_id, by_stand_in = person_id",
    "trust_anchors_purpose_known": "UPDATE trust_anchors SET purpose = 'everything'",
    "trust_anchors_sha256_is_one": "UPDATE trust_anchors SET sha256 = 'x'",
    "trust_anchors_reason_given": "UPDATE trust_anchors SET reason = ''",
    "trust_anchors_removed_whole": "UPDATE trust_anchors SET removed_at = now()",
    "signings_state_known": "UPDATE signings SET state = 'lost'",
    "signings_digest_is_one": "UPDATE signings SET digest = 'x'",
    "signings_signed_whole": "UPDATE signings SET state = 'signed'",
    "signings_void_whole": "UPDATE signings SET state = 'void'",
    "key_choices_kind_known": "UPDATE key_choices SET kind = 'ring'",
    "key_choices_certificate_known": "UPDATE key_choices SET kind = 'file'",
    "key_choices_certificate_whole": "UPDATE key_choices SET certificate = ''",
    "key_choices_digest_is_one": "UPDATE key_choices SET certificate_sha256 = 'x'",
    "verification_codes_code_is_one": "UPDATE verification_codes SET code = 'i'",
    "verification_counts_taken_from_one": "UPDATE verification_counts SET taken = 0",
    "instance_migrations_state_known": "UPDATE instance_migrations SET state = 'lost'",
    "instance_migrations_reason_given": "UPDATE instance_migrations SET reason = ''",
    "instance_migrations_forth_or_back": "UPDATE instance_migrations SET target_id = NULL",
    "instance_migrations_stopped_whole": "UPDATE instance_migrations SET stopped_because = 'x'",
    "migrated_instances_state_known": "UPDATE migrated_instances SET state = 'lost', at = now()",
    "migrated_instances_settled_has_time": "UPDATE migrated_instances SET at = now()",
    "migrated_instances_refused_says_why": "UPDATE migrated_instances SET state = 'refused', at = now()",
    "migrated_instances_back_whole": "UPDATE migrated_instances SET rev = 1",
    "incidents_state_known": "UPDATE incidents SET state = 'lost'",
    "incidents_skip_whole": "UPDATE incidents SET skip_at = now()",
    "incidents_times_from_one": "UPDATE incidents SET times = 0",
    "incidents_seen_in_order": "UPDATE incidents SET last_seen = first_seen - interval '1 day'",
    "webhooks_state_known": "UPDATE webhooks SET state = 'lost'",
    "webhooks_url_is_http": "UPDATE webhooks SET url = 'ftp://x'",
    "webhooks_tells_something": "UPDATE webhooks SET kinds = '{}'",
    "webhook_deliveries_state_known": "UPDATE webhook_deliveries SET state = 'lost'",
    "webhook_deliveries_attempts_from_zero": "UPDATE webhook_deliveries SET attempts = -1",
    "webhook_attempts_answer_short": "UPDATE webhook_attempts SET answer = repeat('x', 501)",
    "notices_settled_whole": "UPDATE notices SET app = 'off', mail = NULL",
    "notices_app_known": "UPDATE notices SET app = 'daily', mail = 'off'",
    "notices_mail_known": "UPDATE notices SET app = 'off', mail = 'weekly'",
    "notice_preferences_app_known": "UPDATE notice_preferences SET app = 'daily'",
    "notice_preferences_mail_known": "UPDATE notice_preferences SET mail = 'weekly'",
    "mails_kind_known": "UPDATE mails SET kind = 'off'",
    "mails_state_known": "UPDATE mails SET state = 'lost'",
    "checks_state_known": "UPDATE checks SET state = 'lost'",
    "audit_events_hash_is_of_leaf": "UPDATE audit_events SET leaf = '{}'",
    "audit_private_salt_long_enough": (
        "INSERT INTO audit_private SELECT id, 'x', '\\x00', 'x' FROM audit_events LIMIT 1"
    ),
}

DOUBLES = {
    "agencies_code_key": "agencies",
    "units_agency_id_position_key": "units",
    "people_username_key": "people",
    "people_agency_id_position_key": "people",
    "sessions_token_sha256_key": "sessions",
    "registers_agency_id_direction_key": "registers",
    "register_entries_register_id_year_number_key": "register_entries",
    "register_entries_document_id_idx": "register_entries",
    "deliveries_outgoing_id_to_agency_key": "deliveries",
    "deliveries_incoming_id_key": "deliveries",
    "definitions_agency_id_key_version_key": "definitions",
    "active_definitions_started_by_key": "active_definitions",
    "instances_document_id_idx": "instances",
    "work_items_task_id_idx": "work_items",
    "approvals_work_item_id_person_id_key": "approvals",
    "signings_one_for_an_item": "signings",
    "key_choices_holder_key": "key_choices",
    "trust_anchors_in_force_idx": "trust_anchors",
    "verification_codes_document_id_key": "verification_codes",
    "incidents_task_id_idx": "incidents",
    "webhook_deliveries_webhook_id_event_id_key": "webhook_deliveries",
    "notices_person_id_source_key": "notices",
}


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
        "active_definitions": "UPDATE copied SET key = 'other'",
        "verification_codes": "UPDATE copied SET code = repeat('1', 26)",
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
            work.verifications.add_code(desk.document.id, "0" * 26)
            work.verifications.count(["file"], NOON)
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
