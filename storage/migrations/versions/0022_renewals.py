"""Until when what is archived can be proven, and versions that were stamped anew.

Revision: 0022, after 0021, 2026-11-23.
"""

from alembic import context, op
from sqlalchemy import text

from storage.migrations.statements import run_file

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    role = context.config.attributes["application"]
    run_file("0022_renewals.sql")
    op.execute(text(f'GRANT SELECT, INSERT, UPDATE ON archive_proofs TO "{role}"'))


def downgrade() -> None:
    run_file("0022_renewals_back.sql")
