"""Localities, the sets of criteria they are judged by, and what they are recognised as.

Revision: 0027, after 0028, 2026-11-23.
"""

from alembic import context, op

from storage.migrations.statements import drop_tables, run_file

revision = "0027"
down_revision = "0028"
branch_labels = None
depends_on = None

CHANGED = ("localities", "achievements")
APPEND_ONLY = ("criteria_sets",)


def upgrade() -> None:
    role = context.config.attributes["application"]
    run_file("0027_criteria.sql")
    for table in (*CHANGED, *APPEND_ONLY):
        op.execute(
            f"CREATE CONSTRAINT TRIGGER {table}_has_leaf AFTER INSERT OR UPDATE OR DELETE ON {table}"
            " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION require_leaf()"
        )
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    op.execute(f'GRANT SELECT, INSERT, UPDATE ON {", ".join(CHANGED)} TO "{role}"')
    op.execute(f'GRANT SELECT, INSERT ON {", ".join(APPEND_ONLY)} TO "{role}"')


def downgrade() -> None:
    drop_tables("0027_criteria.sql")
