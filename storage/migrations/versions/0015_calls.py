"""Procedures that call one another or are started by a message; timers in working time.

Revision: 0015, after 0014, 2026-11-22.
"""

from alembic import op

from storage.migrations.statements import run_file

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_file("0015_calls.sql")


def downgrade() -> None:
    op.execute("DROP INDEX instances_document_id_idx, instances_beside_idx")
    # Refused where several procedures work on one document: there is no place for them in the schema before.
    op.execute("ALTER TABLE instances ADD CONSTRAINT instances_document_id_key UNIQUE (document_id)")
    columns = ("caller_id", "caller_task", "caller_element", "call_depth", "beside", "with_caller", "failed_with")
    for column in columns:
        op.drop_column("instances", column)
    op.drop_column("timers", "counted_by")
    op.drop_column("active_definitions", "started_by")
