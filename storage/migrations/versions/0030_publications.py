"""Templates of documents, the public register, and documents that only the head of the agency signs.

Revision: 0030, after 0027, 2026-11-23.
"""

from alembic import context, op

from storage.migrations.statements import drop_tables, run_file

revision = "0030"
down_revision = "0027"
branch_labels = None
depends_on = None

_AUDITED = ("document_templates", "publications")


def upgrade() -> None:
    role = context.config.attributes["application"]
    run_file("0030_publications.sql")
    for table in _AUDITED:
        op.execute(
            f"CREATE CONSTRAINT TRIGGER {table}_has_leaf AFTER INSERT OR UPDATE OR DELETE ON {table}"
            " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION require_leaf()"
        )
    op.execute(
        "CREATE TRIGGER document_templates_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON document_templates"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    op.execute(f'GRANT SELECT, INSERT ON document_templates TO "{role}"')
    op.execute(f'GRANT SELECT, INSERT, UPDATE ON publications TO "{role}"')


def downgrade() -> None:
    drop_tables("0030_publications.sql")
    op.execute("ALTER TABLE documents DROP COLUMN reserved_to_head")
