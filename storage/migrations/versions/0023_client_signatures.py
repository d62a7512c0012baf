"""What is signed on its holder's own computer.

Revision: 0023, after 0022, 2026-11-23.
"""

from alembic import context, op

from storage.migrations.statements import drop_tables, run_file

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    role = context.config.attributes["application"]
    run_file("0023_client_signatures.sql")
    # Addresses are bookkeeping of the machine: their making and their use have leaves of their own.
    op.execute(
        "CREATE CONSTRAINT TRIGGER client_signatures_has_leaf AFTER INSERT OR UPDATE OR DELETE ON client_signatures"
        " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION require_leaf()"
    )
    op.execute(f'GRANT SELECT, INSERT, UPDATE ON client_signatures TO "{role}"')
    op.execute(f'GRANT SELECT, INSERT, UPDATE, DELETE ON signature_links TO "{role}"')


def downgrade() -> None:
    drop_tables("0023_client_signatures.sql")
