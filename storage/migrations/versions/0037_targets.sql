CREATE TABLE targets (
    id UUID NOT NULL,
    agency_id UUID NOT NULL,
    locality_id UUID NOT NULL,
    tier TEXT NOT NULL,
    year INTEGER NOT NULL,
    document_id UUID NOT NULL,
    criteria_set TEXT NOT NULL,
    criteria_met INTEGER[] NOT NULL,
    registered_on DATE NOT NULL,
    registered_by UUID NOT NULL,
    state TEXT NOT NULL,
    answered_on DATE,
    answered_by UUID,
    reason TEXT,
    CONSTRAINT targets_pkey PRIMARY KEY (id),
    CONSTRAINT targets_tier_known CHECK (tier IN ('village', 'village_model', 'village_smart', 'commune', 'commune_advanced', 'commune_model', 'commune_modern', 'commune_smart', 'district', 'district_advanced', 'province')),
    CONSTRAINT targets_state_known CHECK (state IN ('registered', 'accepted', 'refused')),
    CONSTRAINT targets_registered_before CHECK (date_part('year', registered_on) < year),
    CONSTRAINT targets_answered_whole CHECK ((state = 'registered') = (answered_on IS NULL) AND (answered_on IS NULL) = (answered_by IS NULL)),
    CONSTRAINT targets_document_id_key UNIQUE (document_id),
    CONSTRAINT targets_agency_id_fkey FOREIGN KEY(agency_id) REFERENCES agencies (id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT targets_locality_id_fkey FOREIGN KEY(locality_id) REFERENCES localities (id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT targets_document_id_fkey FOREIGN KEY(document_id) REFERENCES documents (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE UNIQUE INDEX targets_standing_idx ON targets (locality_id, tier, year) WHERE state <> 'refused';

CREATE INDEX targets_year_idx ON targets (year);

CREATE TABLE tier_plans (
    agency_id UUID NOT NULL,
    year INTEGER NOT NULL,
    tier TEXT NOT NULL,
    planned INTEGER NOT NULL,
    rev INTEGER NOT NULL,
    CONSTRAINT tier_plans_pkey PRIMARY KEY (agency_id, year, tier),
    CONSTRAINT tier_plans_tier_known CHECK (tier IN ('village', 'village_model', 'village_smart', 'commune', 'commune_advanced', 'commune_model', 'commune_modern', 'commune_smart', 'district', 'district_advanced', 'province')),
    CONSTRAINT tier_plans_planned_counted CHECK (planned BETWEEN 0 AND 10000),
    CONSTRAINT tier_plans_agency_id_fkey FOREIGN KEY(agency_id) REFERENCES agencies (id) DEFERRABLE INITIALLY DEFERRED
);

