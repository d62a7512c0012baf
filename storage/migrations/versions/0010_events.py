"""What running procedures wait for by themselves: timers, messages, signals.

Revision: 0010, after 0009, 2026-11-22.
"""

from alembic import context, op

from storage.migrations.statements import drop_tables, run_file

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_file("0010_events.sql")
    role = context.config.attributes["application"]
    op.execute(f'GRANT SELECT, INSERT, UPDATE, DELETE ON timers, subscriptions TO "{role}"')


def downgrade() -> None:
    drop_tables("0010_events.sql")
    op.execute("DROP FUNCTION tell_timers")
    op.drop_column("instances", "waits")
