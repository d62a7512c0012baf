"""Signatures that wait for a key are found by themselves, so that those nobody may give any more are given up.

Revision: 0056, after 0043, 2026-11-23.
"""

from alembic import op

revision = "0056"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE INDEX signings_waiting ON signings (work_item_id) WHERE state = 'digested'")


def downgrade() -> None:
    op.execute("DROP INDEX signings_waiting")
