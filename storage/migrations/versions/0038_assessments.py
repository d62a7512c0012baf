"""What is reported of indicators, surveys of households, contributions to drafts.

Revision: 0038, after 0033, 2026-11-23.
"""

from alembic import context, op

from storage.migrations.statements import drop_tables, run_file

revision = "0038"
down_revision = "0033"
branch_labels = None
depends_on = None

_GRANTS = {
    "assessments": "SELECT, INSERT, UPDATE",
    "evidence_files": "SELECT, INSERT, UPDATE (removed_at, removed_by)",
    "surveys": "SELECT, INSERT, UPDATE",
    "survey_households": "SELECT, INSERT, UPDATE (answered, channel)",
    "survey_answers": "SELECT, INSERT",
    "contributions": "SELECT, INSERT",
}


def upgrade() -> None:
    role = context.config.attributes["application"]
    run_file("0038_assessments.sql")
    for table, rights in _GRANTS.items():
        op.execute(
            f"CREATE CONSTRAINT TRIGGER {table}_has_leaf AFTER INSERT OR UPDATE OR DELETE ON {table}"
            " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION require_leaf()"
        )
        op.execute(f'GRANT {rights} ON {table} TO "{role}"')
    for table in ("survey_answers", "contributions"):
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def downgrade() -> None:
    drop_tables("0038_assessments.sql")
