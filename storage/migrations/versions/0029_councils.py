"""Councils: members, matters put to them, sessions, votes.

Revision: 0029, after 0030, 2026-11-23.
"""

from alembic import context, op

from storage.migrations.statements import drop_tables, run_file

revision = "0029"
down_revision = "0030"
branch_labels = None
depends_on = None

_AUDITED = (
    "councils",
    "council_members",
    "council_sessions",
    "council_matters",
    "council_interests",
    "council_motions",
    "council_ballots",
)


def upgrade() -> None:
    role = context.config.attributes["application"]
    run_file("0029_councils.sql")
    for table in _AUDITED:
        op.execute(
            f"CREATE CONSTRAINT TRIGGER {table}_has_leaf AFTER INSERT OR UPDATE OR DELETE ON {table}"
            " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION require_leaf()"
        )
        op.execute(f'GRANT SELECT, INSERT, UPDATE ON {table} TO "{role}"')


def downgrade() -> None:
    drop_tables("0029_councils.sql")
