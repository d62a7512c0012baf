"""Authorities that administrators made trusted.

Revision: 0019, after 0018, 2026-11-23.
"""

from alembic import context, op

from storage.migrations.statements import drop_tables, run_file

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    role = context.config.attributes["application"]
    run_file("0019_trust_anchors.sql")
    op.execute(
        "CREATE CONSTRAINT TRIGGER trust_anchors_has_leaf AFTER INSERT OR UPDATE OR DELETE ON trust_anchors"
        " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION require_leaf()"
    )
    op.execute(f'GRANT SELECT, INSERT, UPDATE ON trust_anchors TO "{role}"')


def downgrade() -> None:
    drop_tables("0019_trust_anchors.sql")
