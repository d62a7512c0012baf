CREATE TABLE ocop_rubrics (
    id TEXT NOT NULL,
    decision TEXT NOT NULL,
    set_number INTEGER NOT NULL,
    content JSONB NOT NULL,
    loaded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    loaded_by UUID NOT NULL,
    CONSTRAINT ocop_rubrics_pkey PRIMARY KEY (id),
    CONSTRAINT ocop_rubrics_decision_set_number_key UNIQUE (decision, set_number),
    CONSTRAINT ocop_rubrics_set_known CHECK (set_number BETWEEN 1 AND 26)
);

CREATE TABLE ocop_entities (
    id UUID NOT NULL,
    agency_id UUID NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    registration TEXT NOT NULL,
    representative TEXT NOT NULL,
    contact TEXT NOT NULL,
    address TEXT NOT NULL,
    province_code TEXT NOT NULL,
    commune_code TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    created_by UUID NOT NULL,
    rev INTEGER NOT NULL,
    CONSTRAINT ocop_entities_pkey PRIMARY KEY (id),
    CONSTRAINT ocop_entities_kind_known CHECK (kind IN ('cooperative', 'cooperative_group', 'small_enterprise', 'farm', 'registered_household', 'society', 'association', 'operating_centre')),
    CONSTRAINT ocop_entities_codes_of_decision_19 CHECK (commune_code ~ '^[0-9]{5}$' AND province_code ~ '^[0-9]{1,2}$'),
    CONSTRAINT ocop_entities_agency_id_fkey FOREIGN KEY(agency_id) REFERENCES agencies (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ocop_entities_agency_id_id_idx ON ocop_entities (agency_id, id);

CREATE TABLE ocop_products (
    id UUID NOT NULL,
    agency_id UUID NOT NULL,
    entity_id UUID NOT NULL,
    set_number INTEGER NOT NULL,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    origin TEXT NOT NULL,
    steps TEXT NOT NULL,
    story TEXT NOT NULL,
    code TEXT,
    files JSONB NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    created_by UUID NOT NULL,
    rev INTEGER NOT NULL,
    CONSTRAINT ocop_products_pkey PRIMARY KEY (id),
    CONSTRAINT ocop_products_code_key UNIQUE (code),
    CONSTRAINT ocop_products_set_known CHECK (set_number BETWEEN 1 AND 26),
    CONSTRAINT ocop_products_agency_id_fkey FOREIGN KEY(agency_id) REFERENCES agencies (id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT ocop_products_entity_id_fkey FOREIGN KEY(entity_id) REFERENCES ocop_entities (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ocop_products_agency_id_idx ON ocop_products (agency_id, id DESC);

CREATE INDEX ocop_products_entity_id_id_idx ON ocop_products (entity_id, id);

CREATE TABLE ocop_serials (
    scope TEXT NOT NULL,
    year INTEGER NOT NULL,
    last INTEGER NOT NULL,
    CONSTRAINT ocop_serials_pkey PRIMARY KEY (scope, year),
    CONSTRAINT ocop_serials_last_from_one CHECK (last > 0)
);

CREATE TABLE ocop_ratings (
    id UUID NOT NULL,
    product_id UUID NOT NULL,
    agency_id UUID NOT NULL,
    stars INTEGER NOT NULL,
    mean TEXT NOT NULL,
    rubric_id TEXT NOT NULL,
    decision TEXT NOT NULL,
    issued_on DATE NOT NULL,
    expires DATE NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    recorded_by UUID NOT NULL,
    document_id UUID,
    extended BOOLEAN NOT NULL,
    revocation JSONB,
    checks JSONB NOT NULL,
    rev INTEGER NOT NULL,
    CONSTRAINT ocop_ratings_pkey PRIMARY KEY (id),
    CONSTRAINT ocop_ratings_stars_recognised CHECK (stars BETWEEN 3 AND 5),
    CONSTRAINT ocop_ratings_ends_after_start CHECK (expires > issued_on),
    CONSTRAINT ocop_ratings_product_id_fkey FOREIGN KEY(product_id) REFERENCES ocop_products (id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT ocop_ratings_agency_id_fkey FOREIGN KEY(agency_id) REFERENCES agencies (id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT ocop_ratings_document_id_fkey FOREIGN KEY(document_id) REFERENCES documents (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ocop_ratings_product_id_idx ON ocop_ratings (product_id, id DESC);

CREATE TABLE ocop_proposals (
    dossier_id UUID NOT NULL,
    product_id UUID NOT NULL,
    agency_id UUID NOT NULL,
    purpose TEXT NOT NULL,
    changes TEXT NOT NULL,
    province_code TEXT NOT NULL,
    commune_code TEXT NOT NULL,
    commune_serial INTEGER NOT NULL,
    province_serial INTEGER,
    year INTEGER NOT NULL,
    decision TEXT NOT NULL,
    finish_by DATE,
    findings JSONB NOT NULL,
    samples INTEGER NOT NULL,
    result JSONB,
    rev INTEGER NOT NULL,
    CONSTRAINT ocop_proposals_pkey PRIMARY KEY (dossier_id),
    CONSTRAINT ocop_proposals_purpose_known CHECK (purpose IN ('first', 'upgrade', 'rerank')),
    CONSTRAINT ocop_proposals_samples_counted CHECK (samples BETWEEN 0 AND 5),
    CONSTRAINT ocop_proposals_commune_code_year_commune_serial_key UNIQUE (commune_code, year, commune_serial),
    CONSTRAINT ocop_proposals_product_id_fkey FOREIGN KEY(product_id) REFERENCES ocop_products (id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT ocop_proposals_agency_id_fkey FOREIGN KEY(agency_id) REFERENCES agencies (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ocop_proposals_product_id_dossier_id_idx ON ocop_proposals (product_id, dossier_id);

CREATE TABLE ocop_sheets (
    id UUID NOT NULL,
    dossier_id UUID NOT NULL,
    member_id UUID NOT NULL,
    rubric_id TEXT NOT NULL,
    choices JSONB NOT NULL,
    case_number INTEGER,
    knockouts JSONB NOT NULL,
    points JSONB NOT NULL,
    total INTEGER NOT NULL,
    filled_at TIMESTAMP WITH TIME ZONE NOT NULL,
    document_id UUID,
    replaced_by UUID,
    CONSTRAINT ocop_sheets_pkey PRIMARY KEY (id),
    CONSTRAINT ocop_sheets_total_within CHECK (total BETWEEN 0 AND 100),
    CONSTRAINT ocop_sheets_case_known CHECK (case_number IN (1, 2)),
    CONSTRAINT ocop_sheets_dossier_id_fkey FOREIGN KEY(dossier_id) REFERENCES dossiers (id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT ocop_sheets_member_id_fkey FOREIGN KEY(member_id) REFERENCES people (id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT ocop_sheets_document_id_fkey FOREIGN KEY(document_id) REFERENCES documents (id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT ocop_sheets_replaced_by_fkey FOREIGN KEY(replaced_by) REFERENCES ocop_sheets (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE UNIQUE INDEX ocop_sheets_current_idx ON ocop_sheets (dossier_id, member_id) WHERE replaced_by IS NULL;
