"""Who acts in whose place, and steps that several people must agree on.

Revision: 0011, after 0010, 2026-11-22.
"""

from alembic import context, op

from storage.migrations.statements import drop_tables, run_file

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

AUDITED = ("stand_ins", "approvals")
NEW_COLUMNS = (
    "procedure",
    "document_type",
    "about_unit",
    "on_behalf_of",
    "by_stand_in",
    "needs",
    "agreed",
    "voters",
)


def upgrade() -> None:
    role = context.config.attributes["application"]
    run_file("0011_standins.sql")
    for table in AUDITED:
        op.execute(
            f"CREATE CONSTRAINT TRIGGER {table}_has_leaf AFTER INSERT OR UPDATE OR DELETE ON {table}"
            " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION require_leaf()"
        )
    op.execute(
        "CREATE TRIGGER approvals_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON approvals"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    op.execute(f'GRANT SELECT, INSERT, UPDATE ON stand_ins TO "{role}"')
    op.execute(f'GRANT SELECT, INSERT ON approvals TO "{role}"')
    op.execute(f'GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO "{role}"')


def downgrade() -> None:
    op.drop_column("documents", "signer_under")
    for column in NEW_COLUMNS:
        op.drop_column("work_items", column)
    drop_tables("0011_standins.sql")
