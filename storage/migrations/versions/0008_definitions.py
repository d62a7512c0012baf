"""The version of each model that new instances run by, so that an administrator can go back to an older one.

Revision: 0008, after 0007, 2026-11-22.
"""

from alembic import context, op
from sqlalchemy import text

from storage.migrations.statements import drop_tables, run_file

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    role = context.config.attributes["application"]
    run_file("0008_definitions.sql")
    op.execute(text(f'GRANT SELECT, INSERT, UPDATE ON active_definitions TO "{role}"'))


def downgrade() -> None:
    drop_tables("0008_definitions.sql")
