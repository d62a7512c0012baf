"""Records of past recognitions can be corrected and withdrawn; what they said stays.

Revision: 0057, after 0060, 2026-11-23.
"""

from alembic import context, op

from storage.migrations.statements import drop_tables, run_file

revision = "0057"
down_revision = "0060"
branch_labels = None
depends_on = None


def upgrade() -> None:
    role = context.config.attributes["application"]
    op.execute(
        "ALTER TABLE achievements ADD COLUMN withdrawn_at TIMESTAMPTZ, ADD COLUMN rev INTEGER DEFAULT 0 NOT NULL,"
        " ADD CONSTRAINT achievements_withdrawn_was_by_hand"
        " CHECK (withdrawn_at IS NULL OR document_id IS NULL AND revoked_on IS NULL)"
    )
    _in_force("revoked_on IS NULL AND withdrawn_at IS NULL")
    run_file("0057_corrections.sql")
    op.execute(
        "CREATE CONSTRAINT TRIGGER achievement_corrections_has_leaf AFTER INSERT OR UPDATE OR DELETE"
        " ON achievement_corrections DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION require_leaf()"
    )
    op.execute(
        "CREATE TRIGGER achievement_corrections_append_only BEFORE UPDATE OR DELETE OR TRUNCATE"
        " ON achievement_corrections FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    op.execute(f'GRANT SELECT, INSERT ON achievement_corrections TO "{role}"')


def downgrade() -> None:
    drop_tables("0057_corrections.sql")
    # What was withdrawn never was; the version before would count it.
    op.execute("ALTER TABLE achievements DISABLE TRIGGER achievements_has_leaf")
    op.execute("DELETE FROM achievements WHERE withdrawn_at IS NOT NULL")
    op.execute("ALTER TABLE achievements ENABLE TRIGGER achievements_has_leaf")
    _in_force("revoked_on IS NULL")
    op.execute(
        "ALTER TABLE achievements DROP CONSTRAINT achievements_withdrawn_was_by_hand, DROP COLUMN rev,"
        " DROP COLUMN withdrawn_at"
    )


def _in_force(condition: str) -> None:
    """Have one recognition of a locality for a level where this holds; the table is small."""
    op.execute("DROP INDEX achievements_in_force_idx")
    op.execute(f"CREATE UNIQUE INDEX achievements_in_force_idx ON achievements (locality_id, tier) WHERE {condition}")
