"""What administrators do: procedures suspended and cancelled, stuck steps passed over.

Revision: 0011_admin, after 0007_standins, 2026-11-22.
"""

from alembic import op

from storage.migrations.statements import run_file

revision = "0011_admin"
down_revision = "0007_standins"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_file("0011_admin.sql")


def downgrade() -> None:
    for column in ("suspended_at", "suspended_because", "cancelled_because"):
        op.drop_column("instances", column)
    for column in ("skip_by", "skip_at", "skip_because"):
        op.drop_column("incidents", column)
