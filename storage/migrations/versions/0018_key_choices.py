"""Which keys people and agencies sign with.

Revision: 0018, after 0017, 2026-11-22.
"""

from alembic import context, op

from storage.migrations.statements import drop_tables, run_file

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    role = context.config.attributes["application"]
    run_file("0018_key_choices.sql")
    op.execute(
        "CREATE CONSTRAINT TRIGGER key_choices_has_leaf AFTER INSERT OR UPDATE OR DELETE ON key_choices"
        " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION require_leaf()"
    )
    op.execute(f'GRANT SELECT, INSERT, UPDATE ON key_choices TO "{role}"')


def downgrade() -> None:
    drop_tables("0018_key_choices.sql")
