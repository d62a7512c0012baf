"""Targets that localities register for a year, and how many the province plans.

Revision: 0037, after 0031, 2026-11-23.
"""

from alembic import context, op

from storage.migrations.statements import drop_tables, run_file

revision = "0037"
down_revision = "0031"
branch_labels = None
depends_on = None

_TABLES = ("targets", "tier_plans")


def upgrade() -> None:
    role = context.config.attributes["application"]
    run_file("0037_targets.sql")
    for table in _TABLES:
        op.execute(
            f"CREATE CONSTRAINT TRIGGER {table}_has_leaf AFTER INSERT OR UPDATE OR DELETE ON {table}"
            " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION require_leaf()"
        )
        op.execute(f'GRANT SELECT, INSERT, UPDATE ON {table} TO "{role}"')


def downgrade() -> None:
    drop_tables("0037_targets.sql")
