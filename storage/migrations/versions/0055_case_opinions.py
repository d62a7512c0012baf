"""Opinions of other agencies on cases of the one-stop office.

Revision: 0055, after 0054, 2026-11-23.
"""

from alembic import context, op

from storage.migrations.statements import drop_tables, run_file

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None


def upgrade() -> None:
    role = context.config.attributes["application"]
    run_file("0055_case_opinions.sql")
    for table in ("case_opinions", "case_opinion_files"):
        op.execute(
            f"CREATE CONSTRAINT TRIGGER {table}_has_leaf AFTER INSERT OR UPDATE OR DELETE ON {table}"
            " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION require_leaf()"
        )
        op.execute(f'GRANT SELECT, INSERT, UPDATE ON {table} TO "{role}"')


def downgrade() -> None:
    drop_tables("0055_case_opinions.sql")
