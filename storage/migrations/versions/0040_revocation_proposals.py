"""The newest proposal to take a recognition away, so that none is begun beside one that runs.

Revision: 0040, after 0053, 2026-11-23.
"""

from alembic import op

revision = "0040"
down_revision = "0053"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE achievements ADD COLUMN proposal_document_id UUID")
    op.execute(
        "ALTER TABLE achievements ADD CONSTRAINT achievements_proposal_document_id_fkey"
        " FOREIGN KEY (proposal_document_id) REFERENCES documents (id) DEFERRABLE INITIALLY DEFERRED"
    )


def downgrade() -> None:
    op.execute("ALTER TABLE achievements DROP COLUMN proposal_document_id")
