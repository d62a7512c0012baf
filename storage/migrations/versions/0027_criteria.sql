CREATE TABLE localities (
    id UUID NOT NULL,
    code TEXT NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    region TEXT NOT NULL,
    parent_id UUID,
    "group" TEXT,
    area_class TEXT,
    hardship BOOLEAN NOT NULL,
    households INTEGER NOT NULL,
    agency_id UUID,
    rev INTEGER NOT NULL,
    CONSTRAINT localities_pkey PRIMARY KEY (id),
    CONSTRAINT localities_code_key UNIQUE (code),
    CONSTRAINT localities_kind_known CHECK (kind IN ('province', 'commune', 'village')),
    CONSTRAINT localities_region_known CHECK (region IN ('northern_mountains', 'red_river_delta', 'north_central', 'south_central_coast', 'central_highlands', 'south_east', 'mekong_delta')),
    CONSTRAINT localities_parent_whole CHECK ((kind = 'province') = (parent_id IS NULL)),
    CONSTRAINT localities_group_whole CHECK ((kind = 'province') = ("group" IS NULL)),
    CONSTRAINT localities_group_fits CHECK ("group" IS NULL OR ("group" = 'group_3') = coalesce(area_class IN ('II', 'III'), false)),
    CONSTRAINT localities_households_counted CHECK (households >= 0),
    CONSTRAINT localities_parent_id_fkey FOREIGN KEY(parent_id) REFERENCES localities (id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT localities_agency_id_fkey FOREIGN KEY(agency_id) REFERENCES agencies (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX localities_agency_id_idx ON localities (agency_id);

CREATE TABLE criteria_sets (
    id TEXT NOT NULL,
    agency_id UUID NOT NULL,
    tier TEXT NOT NULL,
    effective_from DATE NOT NULL,
    effective_to DATE,
    supersedes TEXT,
    content JSONB NOT NULL,
    sha256 TEXT NOT NULL,
    loaded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    loaded_by UUID NOT NULL,
    CONSTRAINT criteria_sets_pkey PRIMARY KEY (id),
    CONSTRAINT criteria_sets_tier_known CHECK (tier IN ('village', 'village_model', 'village_smart', 'commune', 'commune_advanced', 'commune_model', 'commune_modern', 'commune_smart', 'district', 'district_advanced', 'province')),
    CONSTRAINT criteria_sets_ends_after_start CHECK (effective_to >= effective_from),
    CONSTRAINT criteria_sets_sha256_is_one CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    CONSTRAINT criteria_sets_id_has_version CHECK (id ~ '^[a-z0-9-]+/[0-9]+$'),
    CONSTRAINT criteria_sets_supersedes_key UNIQUE (supersedes),
    CONSTRAINT criteria_sets_agency_id_fkey FOREIGN KEY(agency_id) REFERENCES agencies (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE TABLE achievements (
    id UUID NOT NULL,
    agency_id UUID NOT NULL,
    locality_id UUID NOT NULL,
    tier TEXT NOT NULL,
    decision TEXT NOT NULL,
    decided_on DATE NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    recorded_by UUID NOT NULL,
    document_id UUID,
    criteria_set TEXT,
    revoked_on DATE,
    revocation TEXT,
    revocation_document_id UUID,
    CONSTRAINT achievements_pkey PRIMARY KEY (id),
    CONSTRAINT achievements_tier_known CHECK (tier IN ('village', 'village_model', 'village_smart', 'commune', 'commune_advanced', 'commune_model', 'commune_modern', 'commune_smart', 'district', 'district_advanced', 'province')),
    CONSTRAINT achievements_decision_given CHECK (decision <> ''),
    CONSTRAINT achievements_revoked_whole CHECK ((revoked_on IS NULL) = (revocation IS NULL)),
    CONSTRAINT achievements_revoked_after CHECK (revoked_on >= decided_on),
    CONSTRAINT achievements_agency_id_fkey FOREIGN KEY(agency_id) REFERENCES agencies (id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT achievements_locality_id_fkey FOREIGN KEY(locality_id) REFERENCES localities (id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT achievements_document_id_fkey FOREIGN KEY(document_id) REFERENCES documents (id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT achievements_revocation_document_id_fkey FOREIGN KEY(revocation_document_id) REFERENCES documents (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE UNIQUE INDEX achievements_in_force_idx ON achievements (locality_id, tier) WHERE revoked_on IS NULL;

