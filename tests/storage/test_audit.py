"""The log only grows, and every leaf can be recomputed."""

import hashlib
import json

import psycopg
import pytest
from psycopg import sql

from engine.audit import hash_of_leaf, salted
from engine.events import Private, SignInFailed
from engine.ids import SYSTEM
from engine.ports import Begin
from engine.queries import PageRequest
from storage.schema import APPEND_ONLY, AUDITED
from tests.storage.builders import NOON, an_event, an_office
from tests.support.postgres import Database


def test_a_leaf_is_read_as_it_was_written_and_has_its_hash(begin: Begin) -> None:
    with begin() as work:
        office = an_office(work)

    with begin() as work:
        (founded,) = work.audit.search(office.agency.id, PageRequest()).items

    assert founded.action == "agency.founded"
    assert founded.subject_id == str(office.agency.id)
    assert json.loads(founded.leaf)["id"] == str(founded.id)
    assert founded.leaf_hash == hash_of_leaf(founded.leaf) == hashlib.sha256(b"\x00" + founded.leaf).digest()


def test_a_private_value_lies_beside_the_log_and_can_be_erased(database: Database) -> None:
    begin = database.begin()
    with begin() as work:
        office = an_office(work)
        tried = Private(value="kẻ lạ")
        work.record(
            SignInFailed(
                by=SYSTEM, at=NOON, agency_id=office.agency.id, person_id=SYSTEM, username=tried, address=tried
            )
        )

    with begin() as work:
        failed = next(leaf for leaf in work.audit.search(office.agency.id, PageRequest()).items if leaf.private)
        said = json.loads(failed.leaf)["data"]
        for private in failed.private:
            assert said[private.path] == {"salted_sha256": salted("kẻ lạ", private.salt)}
        assert "kẻ lạ".encode() not in failed.leaf

    with psycopg.connect(database.application_url) as connection:
        connection.execute("DELETE FROM audit_private")
    with begin() as work:
        assert failed.leaf_hash in {
            leaf.leaf_hash for leaf in work.audit.search(office.agency.id, PageRequest()).items if not leaf.private
        }


def test_the_log_is_read_page_by_page_from_the_newest(begin: Begin) -> None:
    with begin() as work:
        office = an_office(work)
        for _ in range(4):
            work.record(an_event(office.agency.id))

    with begin() as work:
        first = work.audit.search(office.agency.id, PageRequest(limit=3))
        rest = work.audit.search(office.agency.id, PageRequest(limit=3, after=first.next))

    assert (len(first.items), len(rest.items), rest.next) == (3, 2, None)
    ids = [leaf.id for leaf in (*first.items, *rest.items)]
    assert ids == sorted(ids, reverse=True)


def test_one_agency_does_not_see_the_leaves_of_another(begin: Begin) -> None:
    with begin() as work:
        own, other = an_office(work, "H56"), an_office(work, "H57")

    with begin() as work:
        seen = work.audit.search(own.agency.id, PageRequest()).items
        of_other = work.audit.search(own.agency.id, PageRequest(), subject_id=str(other.agency.id)).items

    assert {leaf.agency_id for leaf in seen} == {own.agency.id}
    assert of_other == ()


@pytest.mark.parametrize("change", ["UPDATE {} SET {} = {}", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
@pytest.mark.parametrize("role", ["application", "owner"])
def test_what_only_grows_is_changed_by_neither_role(database: Database, role: str, change: str) -> None:
    url = database.application_url if role == "application" else database.owner_url
    columns = {
        "audit_events": "actor",
        "activities": "actor",
        "archived_files": "version_id",
        "archived_dossier_files": "version_id",
        "survey_answers": "comment",
        "criteria_sets": "tier",
        "achievement_corrections": "reason",
        "document_templates": "code",
        "case_procedures": "id",
        "case_slips": "id",
        "contributions": "text",
        "public_drafts": "code",
        "proposal_meetings": "place",
        "ocop_rubrics": "decision",
        "recalled_directives": "directive_id",
        "approvals": "outcome",
        "signature_images": "kind",
    }
    refusals = {"42501", "VT002"} if role == "application" else {"VT002"}

    for table in APPEND_ONLY:
        column = columns.get(table, "document_id")
        with psycopg.connect(url) as connection, pytest.raises(psycopg.Error) as refused:
            connection.execute(change.format(table, column, column))
        assert refused.value.sqlstate in refusals


REMOVABLE = {
    "field_visits",
    "field_visit_photos",
    *("sessions", "calendar_days", "form_drafts", "watches"),
    *("mail_addresses", "notice_preferences", "webhook_secrets"),
}
"""What people take back, or what has run out."""


def test_no_principal_row_is_deleted_by_the_application(database: Database) -> None:
    for table in set(AUDITED) - REMOVABLE:
        with psycopg.connect(database.application_url) as connection, pytest.raises(psycopg.Error) as refused:
            connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))

        assert refused.value.sqlstate == "42501"


def test_a_leaf_with_a_wrong_hash_is_not_kept(database: Database) -> None:
    with psycopg.connect(database.application_url) as connection, pytest.raises(psycopg.errors.CheckViolation) as no:
        connection.execute(
            "INSERT INTO audit_events (id, at, actor, agency_id, action, subject_type, subject_id, leaf, leaf_hash)"
            " VALUES (gen_random_uuid(), now(), gen_random_uuid(), gen_random_uuid(), 'a', 'b', 'c', '{}', '\\x00')"
        )

    assert no.value.diag.constraint_name == "audit_events_hash_is_of_leaf"


def test_every_principal_table_asks_for_a_leaf(database: Database) -> None:
    with psycopg.connect(database.owner_url) as connection:
        rows = connection.execute(
            "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE '%\\_has\\_leaf'"
        ).fetchall()

    assert {row[0] for row in rows} == set(AUDITED)
