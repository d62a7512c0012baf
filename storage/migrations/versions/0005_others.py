"""Recipients outside the installation, as they are printed.

Revision: 0005, after 0004, 2026-11-22.
"""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE documents ADD COLUMN others text[] NOT NULL DEFAULT '{}'")


def downgrade() -> None:
    op.execute("ALTER TABLE documents DROP COLUMN others")
