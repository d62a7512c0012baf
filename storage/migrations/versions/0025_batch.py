"""Documents signed together, and the pages people had before them.

Revision: 0025, after 0024, 2026-11-23.
"""

from alembic import context, op

from storage.migrations.statements import drop_tables, run_file

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_AUDITED = ("signature_batches", "signature_batch_items")


def upgrade() -> None:
    role = context.config.attributes["application"]
    run_file("0025_batch.sql")
    for table in _AUDITED:
        op.execute(
            f"CREATE CONSTRAINT TRIGGER {table}_has_leaf AFTER INSERT OR UPDATE OR DELETE ON {table}"
            " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION require_leaf()"
        )
    for table in (*_AUDITED, "page_views"):
        op.execute(f'GRANT SELECT, INSERT, UPDATE ON {table} TO "{role}"')


def downgrade() -> None:
    drop_tables("0025_batch.sql")
