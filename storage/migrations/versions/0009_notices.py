"""The log as an outbox, webhooks, notices with their mail, and what was found of the neighbours.

Revision: 0009, after 0008, 2026-11-22.
"""

from alembic import context, op
from sqlalchemy import text

from storage.migrations.statements import drop_tables, run_file

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

AUDITED = ("webhooks", "notice_preferences", "mail_addresses")
CHANGED = ("webhooks", "webhook_deliveries", "notices", "mails")
REMOVED = ("webhook_secrets", "webhook_attempts")
KEPT_AND_REMOVED = ("audit_cursors", "webhook_failures", "notice_preferences", "mail_addresses", "checks")


def upgrade() -> None:
    role = context.config.attributes["application"]
    run_file("0009_notices.sql")
    for table in AUDITED:
        op.execute(
            f"CREATE CONSTRAINT TRIGGER {table}_has_leaf AFTER INSERT OR UPDATE OR DELETE ON {table}"
            " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION require_leaf()"
        )
    for rights, tables in (
        ("SELECT, INSERT, UPDATE", CHANGED),
        ("SELECT, INSERT, DELETE", REMOVED),
        ("SELECT, INSERT, UPDATE, DELETE", KEPT_AND_REMOVED),
    ):
        op.execute(text(f'GRANT {rights} ON {", ".join(tables)} TO "{role}"'))


def downgrade() -> None:
    drop_tables("0009_notices.sql")
    op.drop_index("audit_events_position_idx", "audit_events")
    op.drop_column("audit_events", "position")
    op.execute("DROP FUNCTION audit_epoch")
