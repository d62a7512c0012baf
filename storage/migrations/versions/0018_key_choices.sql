CREATE TABLE key_choices (
    id UUID NOT NULL,
    agency_id UUID NOT NULL,
    person_id UUID,
    kind TEXT NOT NULL,
    certificate BYTEA NOT NULL,
    certificate_sha256 TEXT,
    chain BYTEA[] NOT NULL,
    place JSONB NOT NULL,
    sealed TEXT,
    chosen_at TIMESTAMP WITH TIME ZONE NOT NULL,
    chosen_by UUID NOT NULL,
    ended_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT key_choices_pkey PRIMARY KEY (id),
    CONSTRAINT key_choices_agency_id_fkey FOREIGN KEY (agency_id) REFERENCES agencies (id)
        DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT key_choices_person_id_fkey FOREIGN KEY (person_id) REFERENCES people (id)
        DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT key_choices_kind_known CHECK (kind IN ('file', 'token', 'remote', 'client', 'plugin')),
    CONSTRAINT key_choices_certificate_known CHECK ((kind = 'file') = (certificate_sha256 IS NULL)),
    CONSTRAINT key_choices_certificate_whole CHECK ((certificate_sha256 IS NULL) = (certificate = '')),
    CONSTRAINT key_choices_digest_is_one CHECK (certificate_sha256 ~ '^[0-9a-f]{64}$')
);

CREATE INDEX key_choices_agency_id_idx ON key_choices (agency_id, id DESC);

-- One key at a time for each holder; the agency's own is the row without a person.
CREATE UNIQUE INDEX key_choices_holder_key ON key_choices (agency_id, person_id) NULLS NOT DISTINCT
    WHERE ended_at IS NULL;
