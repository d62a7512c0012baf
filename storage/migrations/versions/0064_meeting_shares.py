"""What share of a meeting had to agree stands beside it, as sets of criteria may ask for another one than 90 per cent.

Revision: 0064, after 0063, 2026-11-23.
"""

from alembic import op

revision = "0064"
down_revision = "0063"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "ALTER TABLE proposal_meetings ADD COLUMN wanted NUMERIC NOT NULL DEFAULT 90,"
        " ADD CONSTRAINT proposal_meetings_wanted_is_percent CHECK (wanted > 0 AND wanted <= 100)"
    )


def downgrade() -> None:
    op.execute("ALTER TABLE proposal_meetings DROP COLUMN wanted")
