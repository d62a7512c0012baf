"""OCOP: in which round a sheet was filled in, and on which day the commune received what the entity handed in.

Revision: 0043, after 0040, 2026-11-23.
"""

from alembic import op

revision = "0043"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # A constant default is kept apart by PostgreSQL, so no row is written; who adds one from now on says the round.
    for table in ("ocop_proposals", "ocop_sheets"):
        op.execute(f"ALTER TABLE {table} ADD COLUMN scoring_round INTEGER NOT NULL DEFAULT 1")
        op.execute(f"ALTER TABLE {table} ALTER COLUMN scoring_round DROP DEFAULT")
        op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {table}_round_from_one CHECK (scoring_round > 0)")
    op.execute("ALTER TABLE ocop_proposals ADD COLUMN received_on DATE")


def downgrade() -> None:
    op.execute("ALTER TABLE ocop_proposals DROP COLUMN received_on")
    for table in ("ocop_proposals", "ocop_sheets"):
        op.execute(f"ALTER TABLE {table} DROP COLUMN scoring_round")
