"""Tries at signing in that are being judged are kept apart from those that were wrong.

Revision: 0061, after 0057, 2026-11-23.
"""

from alembic import op

revision = "0061"
down_revision = "0057"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE sign_in_tries ADD COLUMN judging TIMESTAMPTZ[] NOT NULL DEFAULT '{}'")


def downgrade() -> None:
    op.execute("ALTER TABLE sign_in_tries DROP COLUMN judging")
