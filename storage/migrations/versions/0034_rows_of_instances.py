"""What a running procedure keeps stays in its row, and cancelled ones are found by an index.

Revision: 0034, after 0032, 2026-11-23.
"""

from storage.migrations.statements import run_file

revision = "0034"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_file("0034_rows_of_instances.sql")


def downgrade() -> None:
    run_file("0034_rows_of_instances_back.sql")
