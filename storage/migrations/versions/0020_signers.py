"""Several signers of one document, initials, acting heads, signatures that became void.

Revision: 0020, after 0019, 2026-11-22.
"""

from storage.migrations.statements import run_file

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_file("0020_signers.sql")


def downgrade() -> None:
    run_file("0020_signers_back.sql")
