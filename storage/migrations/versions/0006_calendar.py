"""Calendars of offices, due times of work items, pauses of documents.

Revision: 0006, after 0005, 2026-11-22.
"""

from alembic import context, op
from sqlalchemy import text

from storage.migrations.statements import drop_tables, run_file

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    role = context.config.attributes["application"]
    run_file("0006_calendar.sql")
    for table in ("calendar_years", "calendar_days"):
        op.execute(
            f"CREATE CONSTRAINT TRIGGER {table}_has_leaf AFTER INSERT OR UPDATE OR DELETE ON {table}"
            " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION require_leaf()"
        )
    op.execute(text(f'GRANT SELECT, INSERT, UPDATE ON calendar_years TO "{role}"'))
    op.execute(text(f'GRANT SELECT, INSERT, DELETE ON calendar_days TO "{role}"'))


def downgrade() -> None:
    drop_tables("0006_calendar.sql")
    op.execute("DROP INDEX documents_due_idx, work_items_due_idx, work_items_inbox_idx")
    op.execute("CREATE INDEX work_items_inbox_idx ON work_items (agency_id, urgency DESC, id) WHERE state = 'open'")
    op.drop_column("documents", "pauses")
    op.drop_constraint("work_items_term_ends", "work_items")
    op.drop_constraint("work_items_due_whole", "work_items")
    for column in ("due_at", "term", "calendar_version"):
        op.drop_column("work_items", column)
