"""Sealed attachments, images of signatures and seals, copies and their series of numbers.

Revision: 0021, after 0020, 2026-11-23.
"""

from alembic import context, op

from storage.migrations.statements import drop_tables, run_file

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

CHANGED = ("attachment_seals", "copies")
APPEND_ONLY = ("signature_images",)


def upgrade() -> None:
    role = context.config.attributes["application"]
    run_file("0021_appearance.sql")
    for table in (*CHANGED, *APPEND_ONLY):
        op.execute(
            f"CREATE CONSTRAINT TRIGGER {table}_has_leaf AFTER INSERT OR UPDATE OR DELETE ON {table}"
            " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION require_leaf()"
        )
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    op.execute(f'GRANT SELECT, INSERT, UPDATE ON {", ".join(CHANGED)} TO "{role}"')
    op.execute(f'GRANT SELECT, INSERT ON {", ".join(APPEND_ONLY)} TO "{role}"')


def downgrade() -> None:
    run_file("0021_appearance_back.sql")
    drop_tables("0021_appearance.sql")
