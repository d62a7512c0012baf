"""Several signers of one document, initials, acting heads, signatures that became void.

Revision: 0023, after 0021, 2026-11-22.
"""

from storage.migrations.statements import run_file

revision = "0023"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_file("0023_signers.sql")


def downgrade() -> None:
    run_file("0023_signers_back.sql")
