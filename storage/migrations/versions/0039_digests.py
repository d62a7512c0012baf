"""What is signed elsewhere names its digest algorithm; PINs that were refused are known to every process.

Revision: 0039, after 0045, 2026-11-23.
"""

from alembic import context, op

revision = "0039"
down_revision = "0045"
branch_labels = None
depends_on = None

_DIGEST = "ALTER TABLE {0} DROP CONSTRAINT {0}_digest_is_one, ADD CONSTRAINT {0}_digest_is_one"
_DIGESTED = ("signings", "attachment_seals")
_OF_ALGORITHM = (
    "digest ~ '^[0-9a-f]+$' AND length(digest) ="
    " CASE WHEN kind = 'plugin' OR digest_algorithm = 'sha256' THEN 64"
    " WHEN digest_algorithm = 'sha384' THEN 96 ELSE 128 END"
)


def upgrade() -> None:
    role = context.config.attributes["application"]
    # Until now every key in its holder's computer signed by SHA-256; the rule needs to be said of new rows only.
    op.execute(
        "ALTER TABLE client_signatures ADD COLUMN digest_algorithm TEXT NOT NULL DEFAULT 'sha256',"
        " ADD CONSTRAINT client_signatures_digest_algorithm_known"
        " CHECK (digest_algorithm IN ('sha256', 'sha384', 'sha512'))"
    )
    op.execute("ALTER TABLE client_signatures ALTER COLUMN digest_algorithm DROP DEFAULT")
    op.execute(f"{_DIGEST.format('client_signatures')} CHECK ({_OF_ALGORITHM})")
    for table in _DIGESTED:
        op.execute(f"{_DIGEST.format(table)} CHECK (digest ~ '^([0-9a-f]{{64}}|[0-9a-f]{{96}}|[0-9a-f]{{128}})$')")
    op.execute(
        "CREATE TABLE refused_pins"
        " (place TEXT NOT NULL, mark TEXT NOT NULL, refused_at TIMESTAMP WITH TIME ZONE NOT NULL,"
        " CONSTRAINT refused_pins_pkey PRIMARY KEY (place),"
        " CONSTRAINT refused_pins_place_marked CHECK (place ~ '^[0-9a-f]{64}$'),"
        " CONSTRAINT refused_pins_mark_is_one CHECK (mark ~ '^[0-9a-f]{64}$'))"
    )
    op.execute(f'GRANT SELECT, INSERT, UPDATE, DELETE ON refused_pins TO "{role}"')


def downgrade() -> None:
    op.execute("DROP TABLE refused_pins")
    for table in _DIGESTED:
        op.execute(f"{_DIGEST.format(table)} CHECK (digest ~ '^([0-9a-f]{{64}}|[0-9a-f]{{96}})$') NOT VALID")
    op.execute(f"{_DIGEST.format('client_signatures')} CHECK (digest ~ '^[0-9a-f]{{64}}$') NOT VALID")
    op.execute("ALTER TABLE client_signatures DROP COLUMN digest_algorithm")
