"""The codes by which outsiders verify documents, and how often they ask.

Revision: 0024, after 0023, 2026-11-23.
"""

from alembic import context, op

from storage.migrations.statements import run_file

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    role = context.config.attributes["application"]
    run_file("0024_verifications.sql")
    op.execute(
        "CREATE CONSTRAINT TRIGGER verification_codes_has_leaf AFTER INSERT OR UPDATE OR DELETE ON verification_codes"
        " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION require_leaf()"
    )
    op.execute(
        "CREATE TRIGGER verification_codes_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON verification_codes"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    op.execute(f'GRANT SELECT, INSERT ON verification_codes TO "{role}"')
    op.execute(f'GRANT SELECT, INSERT, UPDATE, DELETE ON verification_counts TO "{role}"')


def downgrade() -> None:
    op.drop_table("verification_counts")
    op.drop_table("verification_codes")
