"""Documents that are due with the morning of a day.

Revision: 0063, after 0062, 2026-11-23.
"""

from alembic import op

revision = "0063"
down_revision = "0062"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE documents ADD COLUMN due_by_noon BOOLEAN NOT NULL DEFAULT false")


def downgrade() -> None:
    op.execute("ALTER TABLE documents DROP COLUMN due_by_noon")
