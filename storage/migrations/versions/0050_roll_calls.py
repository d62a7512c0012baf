"""Who was there when a session was opened and at each vote, and what was on its agenda.

Revision: 0050, after 0047, 2026-11-23.
"""

from alembic import op

revision = "0050"
down_revision = "0047"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # A default that is no function is kept in the catalogue: no row is written, however many there are.
    op.execute(
        "ALTER TABLE council_sessions ADD COLUMN roll UUID[] DEFAULT '{}' NOT NULL,"
        " ADD COLUMN agenda UUID[] DEFAULT '{}' NOT NULL"
    )
    op.execute("ALTER TABLE council_motions ADD COLUMN attending UUID[] DEFAULT '{}' NOT NULL")


def downgrade() -> None:
    op.execute("ALTER TABLE council_motions DROP COLUMN attending")
    op.execute("ALTER TABLE council_sessions DROP COLUMN agenda, DROP COLUMN roll")
