"""What the database refuses by itself: a change without a leaf, a change of the log; and the rights of the application.

Revision: 0003, after 0002, 2026-11-22.
"""

from alembic import context, op
from sqlalchemy import text

from storage.migrations.statements import run_file

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# Names are repeated here and not taken from the schema: a migration says for ever what it said when it was written.
AUDITED = (
    "agencies",
    "units",
    "people",
    "posts",
    "sessions",
    "registers",
    "files",
    "definitions",
    "documents",
    "document_versions",
    "archived_files",
    "validation_reports",
    "register_entries",
    "directives",
    "instances",
    "work_items",
    "signings",
    "incidents",
    "deliveries",
)
APPEND_ONLY = (
    "audit_events",
    "activities",
    "document_versions",
    "archived_files",
    "directives",
)
CHANGED = (
    "agencies",
    "units",
    "people",
    "posts",
    "files",
    "documents",
    "registers",
    "register_counters",
    "register_entries",
    "definitions",
    "definition_files",
    "instances",
    "work_items",
    "signings",
    "incidents",
    "deliveries",
    "validation_reports",
)
QUEUE = (
    "procrastinate_jobs",
    "procrastinate_workers",
    "procrastinate_events",
    "procrastinate_periodic_defers",
)
REMOVED = (
    "sessions",
    "failed_sign_ins",
    "uploads",
    "requests",
    "audit_private",
)


def upgrade() -> None:
    role = context.config.attributes["application"]
    run_file("0003_guards.sql")
    for table in AUDITED:
        op.execute(
            f"CREATE CONSTRAINT TRIGGER {table}_has_leaf AFTER INSERT OR UPDATE OR DELETE ON {table}"
            " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION require_leaf()"
        )
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    op.execute(text(f'GRANT USAGE ON SCHEMA public TO "{role}"'))
    for rights, tables in (
        ("SELECT, INSERT", APPEND_ONLY),
        ("SELECT, INSERT, UPDATE", CHANGED),
        ("SELECT, INSERT, DELETE", REMOVED),
        ("SELECT, INSERT, UPDATE, DELETE", QUEUE),
    ):
        op.execute(text(f'GRANT {rights} ON {", ".join(tables)} TO "{role}"'))
    op.execute(text(f'GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO "{role}"'))


def downgrade() -> None:
    role = context.config.attributes["application"]
    op.execute(text(f'REVOKE ALL ON ALL TABLES IN SCHEMA public FROM "{role}"'))
    op.execute(text(f'REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM "{role}"'))
    op.execute(text(f'REVOKE USAGE ON SCHEMA public FROM "{role}"'))
    op.execute("DROP FUNCTION require_leaf, note_leaf, refuse_change CASCADE")
