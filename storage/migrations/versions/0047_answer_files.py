"""An answer to a circulated document can bring a file.

Revision: 0047, after 0046, 2026-11-23.
"""

from storage.migrations.statements import run_file

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_file("0047_answer_files.sql")


def downgrade() -> None:
    run_file("0047_answer_files_back.sql")
