"""Acting heads are recorded, with period and decision, as who stands in the head's post.

Revision: 0053, after 0051, 2026-11-23.
"""

from alembic import op

revision = "0053"
down_revision = "0051"
branch_labels = None
depends_on = None

_KIND = "ALTER TABLE stand_ins DROP CONSTRAINT stand_ins_kind_known, ADD CONSTRAINT stand_ins_kind_known CHECK"
_WHOLE = (
    "kind <> 'acting' OR basis_number IS NOT NULL AND basis_issued_on IS NOT NULL AND NOT may_pass_on"
    " AND under IS NULL AND cardinality(document_types) + cardinality(units) + cardinality(steps) = 0"
)


def upgrade() -> None:
    op.execute(f"{_KIND} (kind IN ('absence', 'deputy', 'by_order', 'authorised', 'acting'))")
    op.execute(f"ALTER TABLE stand_ins ADD CONSTRAINT stand_ins_acting_whole CHECK ({_WHOLE})")


def downgrade() -> None:
    op.execute("ALTER TABLE stand_ins DROP CONSTRAINT stand_ins_acting_whole")
    op.execute(f"{_KIND} (kind IN ('absence', 'deputy', 'by_order', 'authorised')) NOT VALID")
