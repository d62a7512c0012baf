"""Taking a step back, handing over, who opened what first; comments, watchers, forms filled in halfway.

Revision: 0007, after 0006, 2026-11-22.
"""

from alembic import context, op
from sqlalchemy import text

from storage.migrations.statements import drop_tables, run_file

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

AUDITED = ("comments", "watches", "recalled_directives")
RIGHTS = (
    ("SELECT, INSERT", "comments, recalled_directives"),
    ("SELECT, INSERT, DELETE", "watches"),
    ("SELECT, INSERT, UPDATE, DELETE", "form_drafts"),
)
NEW_COLUMNS = {
    "work_items": ("opened_by", "seen_at", "seen_by", "handed_by", "handed_note"),
    "instances": ("previous_state", "recall"),
}


def upgrade() -> None:
    role = context.config.attributes["application"]
    run_file("0007_work.sql")
    for table in AUDITED:
        op.execute(
            f"CREATE CONSTRAINT TRIGGER {table}_has_leaf AFTER INSERT OR UPDATE OR DELETE ON {table}"
            " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION require_leaf()"
        )
    op.execute(
        "CREATE TRIGGER recalled_directives_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON recalled_directives"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    for rights, tables in RIGHTS:
        op.execute(text(f'GRANT {rights} ON {tables} TO "{role}"'))


def downgrade() -> None:
    drop_tables("0007_work.sql")
    for table, columns in NEW_COLUMNS.items():
        for column in columns:
            op.drop_column(table, column)
    # Lines of steps that were taken back stay: the history only grows.
    op.drop_constraint("activities_movement_known", "activities")
    op.execute(
        "ALTER TABLE activities ADD CONSTRAINT activities_movement_known"
        " CHECK (movement IN ('entered', 'left')) NOT VALID"
    )
