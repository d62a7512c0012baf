"""Authorities that are trusted until a day: what was proven to be signed before stays trusted.

Revision: 0060, after 0058, 2026-11-23.
"""

from alembic import op

revision = "0060"
down_revision = "0058"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "ALTER TABLE trust_anchors ADD COLUMN trusted_until TIMESTAMPTZ,"
        " ADD CONSTRAINT trust_anchors_trusted_a_while CHECK (trusted_until > trusted_from)"
    )


def downgrade() -> None:
    op.execute("ALTER TABLE trust_anchors DROP COLUMN trusted_until")
