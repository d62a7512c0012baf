"""Dossiers with their parts, files and submissions.

Revision: 0028, after 0026, 2026-11-23.
"""

from alembic import context, op

from storage.migrations.statements import drop_tables, run_file

revision = "0028"
down_revision = "0026"
branch_labels = None
depends_on = None

_AUDITED = ("dossiers", "dossier_parts", "dossier_files", "dossier_submissions", "archived_dossier_files")
_GRANTS = {
    "dossiers": "SELECT, INSERT, UPDATE",
    "dossier_parts": "SELECT, INSERT",
    "dossier_files": "SELECT, INSERT, UPDATE (removed_at, removed_by)",
    "dossier_submissions": "SELECT, INSERT, UPDATE (asked_at, asked_by, reason, until)",
    "archived_dossier_files": "SELECT, INSERT",
}


def upgrade() -> None:
    role = context.config.attributes["application"]
    run_file("0028_dossiers.sql")
    for table in _AUDITED:
        op.execute(
            f"CREATE CONSTRAINT TRIGGER {table}_has_leaf AFTER INSERT OR UPDATE OR DELETE ON {table}"
            " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION require_leaf()"
        )
    op.execute(
        "CREATE TRIGGER archived_dossier_files_append_only BEFORE UPDATE OR DELETE OR TRUNCATE"
        " ON archived_dossier_files FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    for table, rights in _GRANTS.items():
        op.execute(f'GRANT {rights} ON {table} TO "{role}"')


def downgrade() -> None:
    drop_tables("0028_dossiers.sql")
    op.execute("DROP FUNCTION refuse_frozen")
    op.execute("DROP FUNCTION refuse_other_rules")
