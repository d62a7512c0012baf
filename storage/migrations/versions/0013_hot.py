"""Fewer indexes to keep at each step: none names a document's state, and those of people hold only items with people.

Revision: 0013, after 0012, 2026-11-22.
"""

from storage.migrations.statements import run_file

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_file("0013_hot.sql")


def downgrade() -> None:
    run_file("0013_hot_back.sql")
