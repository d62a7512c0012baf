"""Drafts before the public with their opinions, and the meetings that propose recognition.

Revision: 0048, after 0049, 2026-11-23.
"""

from alembic import context, op

from storage.migrations.statements import drop_tables, run_file

revision = "0048"
down_revision = "0049"
branch_labels = None
depends_on = None

_GRANTS = {
    # Who numbers the opinions locks the row, which wants the right to change it.
    "public_drafts": "SELECT, INSERT, UPDATE (until)",
    "public_opinions": "SELECT, INSERT, UPDATE (response, responded_at, responded_by, rev)",
    "proposal_meetings": "SELECT, INSERT",
}


def upgrade() -> None:
    role = context.config.attributes["application"]
    run_file("0048_public_drafts.sql")
    for table, rights in _GRANTS.items():
        op.execute(
            f"CREATE CONSTRAINT TRIGGER {table}_has_leaf AFTER INSERT OR UPDATE OR DELETE ON {table}"
            " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION require_leaf()"
        )
        op.execute(f'GRANT {rights} ON {table} TO "{role}"')
    for table in ("public_drafts", "proposal_meetings"):
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def downgrade() -> None:
    drop_tables("0048_public_drafts.sql")
