"""By what a locality was judged where it was recognised before, or elsewhere.

Revision: 0051, after 0050, 2026-11-23.
"""

from alembic import op

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # A default that is no function is kept in the catalogue: no row is written, however many there are.
    op.execute("ALTER TABLE achievements ADD COLUMN basis TEXT DEFAULT '' NOT NULL")


def downgrade() -> None:
    op.execute("ALTER TABLE achievements DROP COLUMN basis")
