-- Until when an archived file can be proven. It is read from the files themselves and can be read again from them:
-- bookkeeping of the machine, so it needs no leaf; the renewed versions it leads to have theirs.
CREATE TABLE archive_proofs (
    document_id UUID NOT NULL,
    agency_id UUID NOT NULL,
    file_id TEXT NOT NULL,
    stamps JSONB NOT NULL,
    algorithms TEXT[] NOT NULL,
    algorithms_end_at TIMESTAMP WITH TIME ZONE,
    stamped_at TIMESTAMP WITH TIME ZONE,
    proven_until TIMESTAMP WITH TIME ZONE,
    renew_at TIMESTAMP WITH TIME ZONE,
    failed_since TIMESTAMP WITH TIME ZONE,
    failure TEXT,
    facts JSONB NOT NULL,
    CONSTRAINT archive_proofs_pkey PRIMARY KEY (document_id),
    CONSTRAINT archive_proofs_agency_id_fkey FOREIGN KEY (agency_id) REFERENCES agencies (id)
        DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT archive_proofs_document_id_fkey FOREIGN KEY (document_id) REFERENCES documents (id)
        DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT archive_proofs_file_id_fkey FOREIGN KEY (file_id) REFERENCES files (id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT archive_proofs_sealed_whole CHECK (
        (proven_until IS NULL) = (renew_at IS NULL) AND (stamped_at IS NULL) = (proven_until IS NULL)
    ),
    CONSTRAINT archive_proofs_failed_whole CHECK ((failed_since IS NULL) = (failure IS NULL))
);

CREATE INDEX archive_proofs_due_idx ON archive_proofs (renew_at, document_id) WHERE renew_at IS NOT NULL;

CREATE INDEX archive_proofs_plan_idx ON archive_proofs (agency_id, renew_at, document_id) WHERE renew_at IS NOT NULL;

CREATE INDEX archive_proofs_file_id_idx ON archive_proofs (file_id);

ALTER TABLE document_versions
    DROP CONSTRAINT document_versions_kind_known,
    ADD CONSTRAINT document_versions_kind_known
        CHECK (kind IN ('original', 'prepared', 'initialled', 'signed', 'numbered', 'sealed', 'final', 'renewed')) NOT VALID;

ALTER TABLE document_versions VALIDATE CONSTRAINT document_versions_kind_known;
