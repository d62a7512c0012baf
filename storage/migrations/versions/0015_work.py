"""Stopped documents, running procedures to be listed, what notices and mails leave behind, webhooks' sealed secrets.

Revision: 0015, after 0013, 2026-11-22.
"""

from storage.migrations.statements import run_file

revision = "0015"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_file("0015_work.sql")


def downgrade() -> None:
    run_file("0015_work_back.sql")
