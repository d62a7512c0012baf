"""What administrators do: procedures suspended and cancelled, stuck steps passed over.

Revision: 0012, after 0011, 2026-11-22.
"""

from alembic import op

from storage.migrations.statements import run_file

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_file("0012_admin.sql")


def downgrade() -> None:
    for column in ("suspended_at", "suspended_because", "cancelled_because"):
        op.drop_column("instances", column)
    for column in ("skip_by", "skip_at", "skip_because"):
        op.drop_column("incidents", column)
