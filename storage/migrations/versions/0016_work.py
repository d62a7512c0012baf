"""Stopped documents, running procedures to be listed, what notices and mails leave behind, webhooks' sealed secrets.

Revision: 0016, after 0015, 2026-11-22.
"""

from alembic import context, op
from sqlalchemy import text

from storage.migrations.statements import run_file

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


REMOVED = ("notices", "mails", "webhook_deliveries")


def upgrade() -> None:
    role = context.config.attributes["application"]
    run_file("0016_work.sql")
    op.execute(text(f'GRANT DELETE ON {", ".join(REMOVED)} TO "{role}"'))


def downgrade() -> None:
    role = context.config.attributes["application"]
    op.execute(text(f'REVOKE DELETE ON {", ".join(REMOVED)} FROM "{role}"'))
    run_file("0016_work_back.sql")
