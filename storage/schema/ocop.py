"""Tables of OCOP: score sheets that were loaded, entities, products, certificates, proposals, members' sheets."""

from sqlalchemy import Boolean, CheckConstraint, Column, Date, Index, Integer, Table, Text, UniqueConstraint, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

from storage.schema.columns import metadata, moment, one_of, ref, uuid, words

_SET = "set_number BETWEEN 1 AND 26"

ocop_rubrics = Table(
    "ocop_rubrics",
    metadata,
    Column("id", Text, primary_key=True),
    words("decision"),
    Column("set_number", Integer, nullable=False),
    Column("content", JSONB, nullable=False),
    moment("loaded_at"),
    uuid("loaded_by"),
    UniqueConstraint("decision", "set_number"),
    CheckConstraint(_SET, name="set_known"),
)
"""Sheets of earlier decisions; those of the decision in force come with the product."""

ocop_entities = Table(
    "ocop_entities",
    metadata,
    Column("id", Uuid, primary_key=True),
    ref("agency_id", "agencies.id"),
    words("kind"),
    words("name"),
    words("registration"),
    words("representative"),
    words("contact"),
    words("address"),
    words("province_code"),
    words("commune_code"),
    moment("created_at"),
    uuid("created_by"),
    Column("rev", Integer, nullable=False),
    one_of(
        "kind",
        "cooperative",
        "cooperative_group",
        "small_enterprise",
        "farm",
        "registered_household",
        "society",
        "association",
        "operating_centre",
    ),
    CheckConstraint("commune_code ~ '^[0-9]{5}$' AND province_code ~ '^[0-9]{1,2}$'", name="codes_of_decision_19"),
    Index(None, "agency_id", "id"),
)

ocop_products = Table(
    "ocop_products",
    metadata,
    Column("id", Uuid, primary_key=True),
    ref("agency_id", "agencies.id"),
    ref("entity_id", "ocop_entities.id"),
    Column("set_number", Integer, nullable=False),
    words("name"),
    words("description"),
    words("origin"),
    words("steps"),
    words("story"),
    words("code", nullable=True),
    Column("files", JSONB, nullable=False),
    moment("created_at"),
    uuid("created_by"),
    Column("rev", Integer, nullable=False),
    UniqueConstraint("code"),
    CheckConstraint(_SET, name="set_known"),
    Index(None, "entity_id", "id"),
    Index(None, "agency_id", text("id DESC")),
)

ocop_serials = Table(
    "ocop_serials",
    metadata,
    Column("scope", Text, primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("last", Integer, nullable=False),
    CheckConstraint("last > 0", name="last_from_one"),
)
"""The last serial of products and slips, by place and year; a product or proposal made with one has its leaf."""

ocop_ratings = Table(
    "ocop_ratings",
    metadata,
    Column("id", Uuid, primary_key=True),
    ref("product_id", "ocop_products.id"),
    ref("agency_id", "agencies.id"),
    Column("stars", Integer, nullable=False),
    words("mean", nullable=True),
    words("rubric_id", nullable=True),
    words("decision"),
    Column("issued_on", Date, nullable=False),
    Column("expires", Date, nullable=False),
    moment("recorded_at"),
    uuid("recorded_by"),
    ref("document_id", "documents.id", nullable=True),
    Column("extended", Boolean, nullable=False),
    Column("revocation", JSONB(none_as_null=True), nullable=True),
    Column("checks", JSONB, nullable=False),
    Column("rev", Integer, nullable=False),
    CheckConstraint("stars BETWEEN 3 AND 5", name="stars_recognised"),
    CheckConstraint("expires > issued_on", name="ends_after_start"),
    words("certificate", nullable=True),
    words("authority", nullable=True),
    words("product_set", nullable=True),
    ref("file_id", "files.id", nullable=True),
    CheckConstraint(
        "num_nulls(mean, rubric_id) = CASE WHEN file_id IS NULL THEN 0 ELSE 2 END", name="from_sheets_or_paper"
    ),
    CheckConstraint("num_nulls(certificate, authority, product_set, file_id) IN (0, 4)", name="paper_whole"),
    Index(None, "product_id", text("issued_on DESC"), text("id DESC")),
)
"""Recognised ranks; *mean* is an exact fraction, as in '269/3'. Those entered from paper have no mean and no sheet."""

ocop_proposals = Table(
    "ocop_proposals",
    metadata,
    Column("dossier_id", Uuid, primary_key=True),
    ref("product_id", "ocop_products.id"),
    ref("agency_id", "agencies.id"),
    words("purpose"),
    words("changes"),
    words("province_code"),
    words("commune_code"),
    Column("commune_serial", Integer, nullable=False),
    Column("province_serial", Integer, nullable=True),
    Column("year", Integer, nullable=False),
    words("decision"),
    Column("finish_by", Date, nullable=True),
    Column("findings", JSONB, nullable=False),
    Column("samples", Integer, nullable=False),
    Column("result", JSONB(none_as_null=True), nullable=True),
    Column("rev", Integer, nullable=False),
    Column("scoring_round", Integer, nullable=False),
    Column("received_on", Date, nullable=True),
    one_of("purpose", "first", "upgrade", "rerank"),
    CheckConstraint("samples BETWEEN 0 AND 5", name="samples_counted"),
    CheckConstraint("scoring_round > 0", name="round_from_one"),
    UniqueConstraint("commune_code", "year", "commune_serial"),
    Index(None, "product_id", "dossier_id"),
)

ocop_sheets = Table(
    "ocop_sheets",
    metadata,
    Column("id", Uuid, primary_key=True),
    ref("dossier_id", "dossiers.id"),
    ref("member_id", "people.id"),
    words("rubric_id"),
    Column("choices", JSONB, nullable=False),
    Column("case_number", Integer, nullable=True),
    Column("knockouts", JSONB, nullable=False),
    Column("points", JSONB, nullable=False),
    Column("total", Integer, nullable=False),
    moment("filled_at"),
    ref("document_id", "documents.id", nullable=True),
    ref("replaced_by", "ocop_sheets.id", nullable=True),
    Column("scoring_round", Integer, nullable=False),
    CheckConstraint("total BETWEEN 0 AND 100", name="total_within"),
    CheckConstraint("case_number IN (1, 2)", name="case_known"),
    CheckConstraint("scoring_round > 0", name="round_from_one"),
    Index(
        "ocop_sheets_current_idx", "dossier_id", "member_id", unique=True, postgresql_where=text("replaced_by IS NULL")
    ),
)
"""What members chose; a sheet that is made anew replaces the earlier one, which stays."""
