"""Sealed attachments are found by their content, for whoever verifies one.

Revision: 0033, after 0029, 2026-11-23.
"""

from alembic import op

revision = "0033"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Both tables grow with issued documents only; building their index holds up sealing for seconds at most.
    op.execute("CREATE INDEX archived_files_file_id_idx ON archived_files (file_id)")
    op.execute(
        "CREATE INDEX attachment_seals_signed_file_id_idx ON attachment_seals (signed_file_id)"
        " WHERE signed_file_id IS NOT NULL"
    )


def downgrade() -> None:
    op.execute("DROP INDEX attachment_seals_signed_file_id_idx")
    op.execute("DROP INDEX archived_files_file_id_idx")
