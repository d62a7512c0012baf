CREATE TABLE achievement_corrections (
    id UUID NOT NULL,
    achievement_id UUID NOT NULL,
    agency_id UUID NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    by UUID NOT NULL,
    reason TEXT NOT NULL,
    withdraws BOOLEAN NOT NULL,
    tier TEXT NOT NULL,
    decision TEXT NOT NULL,
    decided_on DATE NOT NULL,
    basis TEXT NOT NULL,
    CONSTRAINT achievement_corrections_pkey PRIMARY KEY (id),
    CONSTRAINT achievement_corrections_tier_known CHECK (tier IN ('village', 'village_model', 'village_smart', 'commune', 'commune_advanced', 'commune_model', 'commune_modern', 'commune_smart', 'district', 'district_advanced', 'province')),
    CONSTRAINT achievement_corrections_reason_given CHECK (reason <> ''),
    CONSTRAINT achievement_corrections_achievement_id_fkey FOREIGN KEY(achievement_id) REFERENCES achievements (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX achievement_corrections_achievement_id_id_idx ON achievement_corrections (achievement_id, id);
