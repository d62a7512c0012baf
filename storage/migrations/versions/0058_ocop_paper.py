"""OCOP: certificates entered from paper, which have no mean and no score sheet; the last issued counts.

Revision: 0058, after 0059, 2026-11-23.
"""

from alembic import op

revision = "0058"
down_revision = "0059"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for column in ("mean", "rubric_id"):
        op.execute(f"ALTER TABLE ocop_ratings ALTER COLUMN {column} DROP NOT NULL")
    for column in ("certificate", "authority", "product_set", "file_id"):
        op.execute(f"ALTER TABLE ocop_ratings ADD COLUMN {column} TEXT")
    op.execute(
        "ALTER TABLE ocop_ratings ADD CONSTRAINT ocop_ratings_file_id_fkey FOREIGN KEY (file_id) REFERENCES files (id)"
        " DEFERRABLE INITIALLY DEFERRED"
    )
    op.execute(
        "ALTER TABLE ocop_ratings ADD CONSTRAINT ocop_ratings_from_sheets_or_paper"
        " CHECK (num_nulls(mean, rubric_id) = CASE WHEN file_id IS NULL THEN 0 ELSE 2 END)"
    )
    op.execute(
        "ALTER TABLE ocop_ratings ADD CONSTRAINT ocop_ratings_paper_whole"
        " CHECK (num_nulls(certificate, authority, product_set, file_id) IN (0, 4))"
    )
    op.execute("DROP INDEX ocop_ratings_product_id_idx")
    op.execute("CREATE INDEX ocop_ratings_product_id_idx ON ocop_ratings (product_id, issued_on DESC, id DESC)")


def downgrade() -> None:
    op.execute("DROP INDEX ocop_ratings_product_id_idx")
    op.execute("CREATE INDEX ocop_ratings_product_id_idx ON ocop_ratings (product_id, id DESC)")
    op.execute("ALTER TABLE ocop_ratings DROP CONSTRAINT ocop_ratings_from_sheets_or_paper")
    for column in ("certificate", "authority", "product_set", "file_id"):
        op.execute(f"ALTER TABLE ocop_ratings DROP COLUMN {column}")
