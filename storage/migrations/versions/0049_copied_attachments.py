"""A copy says how many attachments of its original it has.

Revision: 0049, after 0039, 2026-11-23.
"""

from alembic import op

revision = "0049"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Copies made until now have the document alone.
    op.execute(
        "ALTER TABLE copies ADD COLUMN attachments INTEGER NOT NULL DEFAULT 0,"
        " ADD CONSTRAINT copies_attachments_counted CHECK (attachments >= 0)"
    )
    op.execute("ALTER TABLE copies ALTER COLUMN attachments DROP DEFAULT")


def downgrade() -> None:
    op.execute("ALTER TABLE copies DROP COLUMN attachments")
