"""Tries at signing in are counted before they are judged; an acting head's orders are under the appointment.

Revision: 0059, after 0055, 2026-11-23.
"""

from alembic import context, op

revision = "0059"
down_revision = "0055"
branch_labels = None
depends_on = None

_WRITTEN = (
    "ALTER TABLE stand_ins DROP CONSTRAINT stand_ins_authorised_in_writing,"
    " ADD CONSTRAINT stand_ins_authorised_in_writing CHECK (kind <> 'authorised' OR basis_number IS NOT NULL"
    " AND basis_issued_on IS NOT NULL AND NOT may_pass_on%s"
    " AND cardinality(document_types) + cardinality(units) + cardinality(steps) > 0)"
)


def upgrade() -> None:
    role = context.config.attributes["application"]
    op.execute(
        "CREATE TABLE sign_in_tries (counter TEXT NOT NULL, tries INTEGER NOT NULL, since TIMESTAMPTZ NOT NULL,"
        " CONSTRAINT sign_in_tries_pkey PRIMARY KEY (counter),"
        " CONSTRAINT sign_in_tries_tries_from_none CHECK (tries >= 0))"
    )
    op.execute("CREATE INDEX sign_in_tries_since_idx ON sign_in_tries (since)")
    op.execute(f'GRANT SELECT, INSERT, UPDATE, DELETE ON sign_in_tries TO "{role}"')
    op.drop_table("failed_sign_ins")
    op.execute(_WRITTEN % "")
    op.execute(
        "CREATE INDEX stand_ins_acting_idx ON stand_ins (agency_id, ends_at)"
        " WHERE kind = 'acting' AND revoked_at IS NULL"
    )


def downgrade() -> None:
    role = context.config.attributes["application"]
    op.execute("DROP INDEX stand_ins_acting_idx")
    op.execute(_WRITTEN % " AND under IS NULL" + " NOT VALID")
    op.execute(
        "CREATE TABLE failed_sign_ins (id BIGINT GENERATED ALWAYS AS IDENTITY, username TEXT NOT NULL,"
        " address TEXT NOT NULL, at TIMESTAMPTZ NOT NULL, CONSTRAINT failed_sign_ins_pkey PRIMARY KEY (id))"
    )
    op.execute("CREATE INDEX failed_sign_ins_username_address_at_idx ON failed_sign_ins (username, address, at)")
    op.execute(f'GRANT SELECT, INSERT, UPDATE, DELETE ON failed_sign_ins TO "{role}"')
    op.drop_table("sign_in_tries")
