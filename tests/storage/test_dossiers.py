"""What the database itself keeps of dossiers: files and rules of what was submitted are changed by nobody."""

import psycopg
import pytest

from tests.storage.builders import a_desk
from tests.storage.composed import fill_dossiers
from tests.support.postgres import Database

CHANGES = {
    "a file taken out": "UPDATE dossier_files SET removed_at = now(), removed_by = added_by",
    "a file added": (
        "INSERT INTO dossier_files (dossier_id, part, file_id, name, added_at, added_by)"
        " SELECT dossier_id, 'y_kien', file_id, name, added_at, added_by FROM dossier_files"
    ),
    "another value": "UPDATE assessments SET value = 'false'",
    "evidence taken out": "UPDATE evidence_files SET removed_at = now(), removed_by = added_by",
    "other rules": "UPDATE dossiers SET rules_id = 'other'",
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_was_submitted_is_frozen_in_the_database_too(database: Database, change: str) -> None:
    with database.begin()() as work:
        fill_dossiers(work, a_desk(work))

    with psycopg.connect(database.application_url) as connection:
        connection.execute("UPDATE dossiers SET state = 'submitted'")
        with pytest.raises(psycopg.Error) as refused:
            connection.execute(CHANGES[change])
        connection.rollback()

    assert refused.value.sqlstate == "VT003"
