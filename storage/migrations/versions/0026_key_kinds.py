"""Keys of uploaded files have their certificate on record; a digest may be of SHA-384.

Revision: 0026, after 0025, 2026-11-23.
"""

from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_KNOWN = (
    "ALTER TABLE key_choices DROP CONSTRAINT key_choices_certificate_known,"
    " ADD CONSTRAINT key_choices_certificate_known"
)
_DIGEST = "ALTER TABLE {0} DROP CONSTRAINT {0}_digest_is_one, ADD CONSTRAINT {0}_digest_is_one"
_DIGESTED = ("signings", "attachment_seals")


def upgrade() -> None:
    # These tables are small and the new rules are wider, so checking every row at once is quick.
    op.execute(f"{_KNOWN} CHECK (kind = 'file' OR certificate_sha256 IS NOT NULL)")
    for table in _DIGESTED:
        op.execute(f"{_DIGEST.format(table)} CHECK (digest ~ '^([0-9a-f]{{64}}|[0-9a-f]{{96}})$')")


def downgrade() -> None:
    for table in _DIGESTED:
        op.execute(f"{_DIGEST.format(table)} CHECK (digest ~ '^[0-9a-f]{{64}}$') NOT VALID")
    op.execute(f"{_KNOWN} CHECK ((kind = 'file') = (certificate_sha256 IS NULL)) NOT VALID")
