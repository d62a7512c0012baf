"""Every table.

Revision: 0002, after 0001, 2026-11-22.
"""

from storage.migrations.statements import drop_tables, run_file

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_file("0002_tables.sql")


def downgrade() -> None:
    drop_tables("0002_tables.sql")
