"""The inbox from indexes that are each in its order.

Revision: 0014, after 0013, 2026-11-22.
"""

from storage.migrations.statements import run_file

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_file("0014_inbox.sql")


def downgrade() -> None:
    run_file("0014_inbox_back.sql")
