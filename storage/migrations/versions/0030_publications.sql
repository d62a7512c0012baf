ALTER TABLE documents ADD COLUMN reserved_to_head BOOLEAN DEFAULT false NOT NULL;

CREATE TABLE document_templates (
    id UUID NOT NULL,
    agency_id UUID NOT NULL,
    code TEXT NOT NULL,
    version INTEGER NOT NULL,
    content JSONB NOT NULL,
    effective_from DATE NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    made_by UUID NOT NULL,
    CONSTRAINT document_templates_pkey PRIMARY KEY (id),
    CONSTRAINT document_templates_agency_id_code_version_key UNIQUE (agency_id, code, version),
    CONSTRAINT document_templates_version_from_one CHECK (version >= 1),
    CONSTRAINT document_templates_code_is_one CHECK (code ~ '^[a-z][a-z0-9_]{0,59}$'),
    CONSTRAINT document_templates_agency_id_fkey FOREIGN KEY (agency_id) REFERENCES agencies (id)
        DEFERRABLE INITIALLY DEFERRED
);

CREATE TABLE publications (
    id UUID NOT NULL,
    agency_id UUID NOT NULL,
    document_id UUID NOT NULL,
    code TEXT NOT NULL,
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    holder TEXT NOT NULL,
    award TEXT NOT NULL,
    number TEXT NOT NULL,
    issued_on DATE NOT NULL,
    published_at TIMESTAMP WITH TIME ZONE NOT NULL,
    published_by UUID NOT NULL,
    subject_id TEXT,
    facts JSONB DEFAULT '[]' NOT NULL,
    certificate TEXT,
    revoked_by UUID,
    revoked_at TIMESTAMP WITH TIME ZONE,
    announced JSONB,
    rev INTEGER NOT NULL,
    CONSTRAINT publications_pkey PRIMARY KEY (id),
    CONSTRAINT publications_document_id_key UNIQUE (document_id),
    CONSTRAINT publications_code_key UNIQUE (code),
    CONSTRAINT publications_kind_known CHECK (kind IN ('recognition', 'revocation', 'rating', 'other')),
    CONSTRAINT publications_revoked_whole CHECK ((revoked_by IS NULL) = (revoked_at IS NULL)),
    CONSTRAINT publications_revoked_by_another CHECK (revoked_by IS NULL OR revoked_by <> id),
    CONSTRAINT publications_told_whole CHECK (title <> '' AND holder <> '' AND number <> ''),
    CONSTRAINT publications_rev_from_zero CHECK (rev >= 0),
    CONSTRAINT publications_agency_id_fkey FOREIGN KEY (agency_id) REFERENCES agencies (id)
        DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT publications_document_id_fkey FOREIGN KEY (document_id) REFERENCES documents (id)
        DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT publications_revoked_by_fkey FOREIGN KEY (revoked_by) REFERENCES publications (id)
        DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX publications_subject_id_id_idx ON publications (subject_id, id);
