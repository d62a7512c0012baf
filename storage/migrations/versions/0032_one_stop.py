"""The one-stop office: procedures as they are set, cases with what belongs to them, feedback, the index.

Revision: 0032, after 0038, 2026-11-23.
"""

from alembic import context, op

from storage.migrations.statements import drop_tables, run_file

revision = "0032"
down_revision = "0038"
branch_labels = None
depends_on = None

_APPEND_ONLY = ("case_procedures", "case_slips")
_AUDITED = (
    *_APPEND_ONLY,
    "cases",
    "case_applicants",
    "case_papers",
    "case_steps",
    "case_feedback",
    "service_index_entries",
)


def upgrade() -> None:
    role = context.config.attributes["application"]
    run_file("0032_one_stop.sql")
    for table in _AUDITED:
        op.execute(
            f"CREATE CONSTRAINT TRIGGER {table}_has_leaf AFTER INSERT OR UPDATE OR DELETE ON {table}"
            " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION require_leaf()"
        )
    for table in _APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    for table in (*_AUDITED, "case_counters"):
        rights = "SELECT, INSERT" if table in _APPEND_ONLY else "SELECT, INSERT, UPDATE"
        op.execute(f'GRANT {rights} ON {table} TO "{role}"')


def downgrade() -> None:
    drop_tables("0032_one_stop.sql")
