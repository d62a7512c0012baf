"""A version of each agency's organisation, so that a process may keep what it read of it.

Revision: 0004, after 0003, 2026-11-22.
"""

from alembic import context, op
from sqlalchemy import text

from storage.migrations.statements import run_file

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    role = context.config.attributes["application"]
    run_file("0004_organisation_version.sql")
    op.execute(text(f'GRANT USAGE ON SEQUENCE organisation_versions TO "{role}"'))


def downgrade() -> None:
    op.execute("DROP FUNCTION renew_organisation CASCADE")
    op.execute("ALTER TABLE agencies DROP COLUMN organisation")
    op.execute("DROP SEQUENCE organisation_versions")
