"""Running procedures taken from one version of their model to another.

Revision: 0017, after 0016, 2026-11-22.
"""

from alembic import context, op

from storage.migrations.statements import drop_tables, run_file

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

AUDITED = ("instance_migrations", "migrated_instances")


def upgrade() -> None:
    role = context.config.attributes["application"]
    run_file("0017_instance_migrations.sql")
    for table in AUDITED:
        op.execute(
            f"CREATE CONSTRAINT TRIGGER {table}_has_leaf AFTER INSERT OR UPDATE OR DELETE ON {table}"
            " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION require_leaf()"
        )
    op.execute(f'GRANT SELECT, INSERT, UPDATE ON {", ".join(AUDITED)} TO "{role}"')


def downgrade() -> None:
    op.drop_index("instances_running_idx", "instances")
    drop_tables("0017_instance_migrations.sql")
