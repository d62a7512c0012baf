"""The components of a case are parts of its dossier; the scans of cases before are attachments of their documents.

Revision: 0045, after 0035, 2026-11-23.
"""

from storage.migrations.statements import run_file

revision = "0045"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_file("0045_case_dossiers.sql")


def downgrade() -> None:
    run_file("0045_case_dossiers_back.sql")
