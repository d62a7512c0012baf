"""Field visits of departments that appraise a dossier, with their photos.

Revision: 0054, after 0056, 2026-11-23.
"""

from alembic import context, op

from storage.migrations.statements import drop_tables, run_file

revision = "0054"
down_revision = "0056"
branch_labels = None
depends_on = None


def upgrade() -> None:
    role = context.config.attributes["application"]
    run_file("0054_field_visits.sql")
    for table in ("field_visits", "field_visit_photos"):
        op.execute(
            f"CREATE CONSTRAINT TRIGGER {table}_has_leaf AFTER INSERT OR UPDATE OR DELETE ON {table}"
            " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION require_leaf()"
        )
        op.execute(f'GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO "{role}"')


def downgrade() -> None:
    drop_tables("0054_field_visits.sql")
    op.execute("DROP FUNCTION refuse_recorded_visit")
