"""OCOP: score sheets that were loaded, entities, products, certificates, proposals, members' sheets.

Revision: 0031, after 0034, 2026-11-23.
"""

from alembic import context, op

from storage.migrations.statements import drop_tables, run_file

revision = "0031"
down_revision = "0034"
branch_labels = None
depends_on = None

_AUDITED = ("ocop_rubrics", "ocop_entities", "ocop_products", "ocop_ratings", "ocop_proposals", "ocop_sheets")
_GRANTS = {
    "ocop_rubrics": "SELECT, INSERT",
    "ocop_entities": "SELECT, INSERT, UPDATE",
    "ocop_products": "SELECT, INSERT, UPDATE",
    "ocop_serials": "SELECT, INSERT, UPDATE",
    "ocop_ratings": "SELECT, INSERT, UPDATE",
    "ocop_proposals": "SELECT, INSERT, UPDATE",
    "ocop_sheets": "SELECT, INSERT, UPDATE (document_id, replaced_by)",
}


def upgrade() -> None:
    role = context.config.attributes["application"]
    run_file("0031_ocop.sql")
    for table in _AUDITED:
        op.execute(
            f"CREATE CONSTRAINT TRIGGER {table}_has_leaf AFTER INSERT OR UPDATE OR DELETE ON {table}"
            " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION require_leaf()"
        )
    op.execute(
        "CREATE TRIGGER ocop_rubrics_append_only BEFORE UPDATE OR DELETE OR TRUNCATE"
        " ON ocop_rubrics FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    for table, rights in _GRANTS.items():
        op.execute(f'GRANT {rights} ON {table} TO "{role}"')


def downgrade() -> None:
    drop_tables("0031_ocop.sql")
