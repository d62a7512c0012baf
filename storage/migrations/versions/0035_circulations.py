"""Documents circulated to localities, who read them, and what was answered.

Revision: 0035, after 0037, 2026-11-23.
"""

from alembic import context, op

from storage.migrations.statements import drop_tables, run_file

revision = "0035"
down_revision = "0037"
branch_labels = None
depends_on = None

_AUDITED = ("circulations", "circulation_addressees", "circulation_readings", "circulation_answers")


def upgrade() -> None:
    role = context.config.attributes["application"]
    run_file("0035_circulations.sql")
    for table in _AUDITED:
        op.execute(
            f"CREATE CONSTRAINT TRIGGER {table}_has_leaf AFTER INSERT OR UPDATE OR DELETE ON {table}"
            " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION require_leaf()"
        )
        op.execute(f'GRANT SELECT, INSERT, UPDATE ON {table} TO "{role}"')


def downgrade() -> None:
    drop_tables("0035_circulations.sql")
