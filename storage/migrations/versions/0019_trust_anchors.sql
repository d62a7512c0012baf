CREATE TABLE trust_anchors (
    id UUID NOT NULL,
    agency_id UUID NOT NULL,
    subject TEXT NOT NULL,
    certificate BYTEA NOT NULL,
    sha256 TEXT NOT NULL,
    purpose TEXT NOT NULL,
    source TEXT NOT NULL,
    trusted_from TIMESTAMP WITH TIME ZONE NOT NULL,
    not_after TIMESTAMP WITH TIME ZONE NOT NULL,
    added_at TIMESTAMP WITH TIME ZONE NOT NULL,
    added_by UUID NOT NULL,
    reason TEXT NOT NULL,
    removed_at TIMESTAMP WITH TIME ZONE,
    removed_by UUID,
    removed_because TEXT,
    CONSTRAINT trust_anchors_pkey PRIMARY KEY (id),
    CONSTRAINT trust_anchors_agency_id_fkey FOREIGN KEY (agency_id) REFERENCES agencies (id)
        DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT trust_anchors_purpose_known CHECK (purpose IN ('signatures', 'timestamps', 'any')),
    CONSTRAINT trust_anchors_sha256_is_one CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    CONSTRAINT trust_anchors_reason_given CHECK (reason <> ''),
    CONSTRAINT trust_anchors_removed_whole CHECK (
        (removed_at IS NULL) = (removed_by IS NULL) AND (removed_at IS NULL) = (removed_because IS NULL)
    )
);

CREATE UNIQUE INDEX trust_anchors_in_force_idx ON trust_anchors (sha256, purpose) WHERE removed_at IS NULL;
