"""The file of a slip of the one-stop office, sealed by the agency's key and kept.

Revision: 0046, after 0048, 2026-11-23.
"""

from alembic import context, op

from storage.migrations.statements import drop_tables, run_file

revision = "0046"
down_revision = "0048"
branch_labels = None
depends_on = None


def upgrade() -> None:
    role = context.config.attributes["application"]
    run_file("0046_slip_files.sql")
    op.execute(
        "CREATE CONSTRAINT TRIGGER case_slip_files_has_leaf AFTER INSERT OR UPDATE OR DELETE ON case_slip_files"
        " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION require_leaf()"
    )
    op.execute(f'GRANT SELECT, INSERT, UPDATE (file_id, version_id, kept_at, because) ON case_slip_files TO "{role}"')


def downgrade() -> None:
    drop_tables("0046_slip_files.sql")
    op.execute("DROP FUNCTION refuse_kept_slip()")
