"""Who acts in whose place is a part of the organisation: its version changes with it.

Revision: 0062, after 0061, 2026-11-23.
"""

from alembic import op

revision = "0062"
down_revision = "0061"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "CREATE TRIGGER stand_ins_renew_organisation AFTER INSERT OR UPDATE OR DELETE ON stand_ins"
        " FOR EACH ROW EXECUTE FUNCTION renew_organisation()"
    )


def downgrade() -> None:
    op.execute("DROP TRIGGER stand_ins_renew_organisation ON stand_ins")
