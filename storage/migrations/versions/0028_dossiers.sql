CREATE TABLE dossiers (
    id UUID NOT NULL,
    kind TEXT NOT NULL,
    agency_id UUID NOT NULL,
    receiver_id UUID NOT NULL,
    locality_id UUID,
    subject TEXT NOT NULL,
    rules_id TEXT NOT NULL,
    own_document_id UUID,
    received_document_id UUID,
    state TEXT NOT NULL,
    submit_by DATE,
    opened_at TIMESTAMP WITH TIME ZONE NOT NULL,
    opened_by UUID NOT NULL,
    rev INTEGER NOT NULL,
    CONSTRAINT dossiers_pkey PRIMARY KEY (id),
    CONSTRAINT dossiers_kind_known CHECK (kind IN ('ntm', 'ocop', 'case')),
    CONSTRAINT dossiers_state_known CHECK (state IN ('draft', 'submitted', 'supplement_asked', 'complete', 'decided', 'refused', 'withdrawn', 'closed')),
    CONSTRAINT dossiers_subject_given CHECK (char_length(subject) BETWEEN 1 AND 500),
    CONSTRAINT dossiers_rules_named CHECK (rules_id <> ''),
    CONSTRAINT dossiers_agency_id_fkey FOREIGN KEY (agency_id) REFERENCES agencies (id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT dossiers_receiver_id_fkey FOREIGN KEY (receiver_id) REFERENCES agencies (id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT dossiers_own_document_id_fkey FOREIGN KEY (own_document_id) REFERENCES documents (id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT dossiers_received_document_id_fkey FOREIGN KEY (received_document_id) REFERENCES documents (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX dossiers_agency_id_idx ON dossiers (agency_id, id DESC);

CREATE UNIQUE INDEX dossiers_own_document_id_idx ON dossiers (own_document_id) WHERE own_document_id IS NOT NULL;

CREATE UNIQUE INDEX dossiers_received_document_id_idx ON dossiers (received_document_id) WHERE received_document_id IS NOT NULL;

CREATE INDEX dossiers_receiver_id_idx ON dossiers (receiver_id, id DESC);

CREATE TABLE dossier_parts (
    dossier_id UUID NOT NULL,
    code TEXT NOT NULL,
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    required BOOLEAN NOT NULL,
    photos BOOLEAN NOT NULL,
    CONSTRAINT dossier_parts_pkey PRIMARY KEY (dossier_id, code),
    CONSTRAINT dossier_parts_position_from_zero CHECK (position >= 0),
    CONSTRAINT dossier_parts_dossier_id_fkey FOREIGN KEY (dossier_id) REFERENCES dossiers (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE TABLE dossier_files (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    dossier_id UUID NOT NULL,
    part TEXT NOT NULL,
    file_id TEXT NOT NULL,
    name TEXT NOT NULL,
    added_at TIMESTAMP WITH TIME ZONE NOT NULL,
    added_by UUID NOT NULL,
    removed_at TIMESTAMP WITH TIME ZONE,
    removed_by UUID,
    CONSTRAINT dossier_files_pkey PRIMARY KEY (id),
    CONSTRAINT dossier_files_part_fkey FOREIGN KEY (dossier_id, part) REFERENCES dossier_parts (dossier_id, code) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT dossier_files_name_given CHECK (char_length(name) BETWEEN 1 AND 200),
    CONSTRAINT dossier_files_removed_whole CHECK ((removed_at IS NULL) = (removed_by IS NULL)),
    CONSTRAINT dossier_files_dossier_id_fkey FOREIGN KEY (dossier_id) REFERENCES dossiers (id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT dossier_files_file_id_fkey FOREIGN KEY (file_id) REFERENCES files (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX dossier_files_file_id_idx ON dossier_files (file_id);

CREATE UNIQUE INDEX dossier_files_once_idx ON dossier_files (dossier_id, part, file_id) WHERE removed_at IS NULL;

CREATE TABLE dossier_submissions (
    dossier_id UUID NOT NULL,
    ordinal INTEGER NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    by UUID NOT NULL,
    manifest_sha256 TEXT NOT NULL,
    manifest BYTEA NOT NULL,
    asked_at TIMESTAMP WITH TIME ZONE,
    asked_by UUID,
    reason TEXT,
    until DATE,
    CONSTRAINT dossier_submissions_pkey PRIMARY KEY (dossier_id, ordinal),
    CONSTRAINT dossier_submissions_ordinal_from_one CHECK (ordinal >= 1),
    CONSTRAINT dossier_submissions_digest_is_of_manifest CHECK (manifest_sha256 = encode(sha256(manifest), 'hex')),
    CONSTRAINT dossier_submissions_asked_whole CHECK ((asked_at IS NULL) = (asked_by IS NULL) AND (asked_at IS NULL) = (reason IS NULL)),
    CONSTRAINT dossier_submissions_dossier_id_fkey FOREIGN KEY (dossier_id) REFERENCES dossiers (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE TABLE archived_dossier_files (
    dossier_id UUID NOT NULL,
    file_id TEXT NOT NULL,
    version_id TEXT,
    archived_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT archived_dossier_files_pkey PRIMARY KEY (dossier_id, file_id),
    CONSTRAINT archived_dossier_files_dossier_id_fkey FOREIGN KEY (dossier_id) REFERENCES dossiers (id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT archived_dossier_files_file_id_fkey FOREIGN KEY (file_id) REFERENCES files (id) DEFERRABLE INITIALLY DEFERRED
);


-- What was submitted is frozen: a file is added or taken out only while the dossier is open.
CREATE FUNCTION refuse_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    found TEXT;
BEGIN
    SELECT state INTO found FROM dossiers WHERE id = COALESCE(NEW.dossier_id, OLD.dossier_id);
    IF found NOT IN ('draft', 'supplement_asked') THEN
        RAISE EXCEPTION 'the dossier is %: its % are frozen', found, TG_TABLE_NAME
            USING ERRCODE = 'VT003', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN COALESCE(NEW, OLD);
END;
$$;

CREATE TRIGGER dossier_files_frozen BEFORE INSERT OR UPDATE OR DELETE ON dossier_files
FOR EACH ROW EXECUTE FUNCTION refuse_frozen();

-- The rules a dossier was submitted under are those it is judged by.
CREATE FUNCTION refuse_other_rules() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the rules of a submitted dossier are pinned' USING ERRCODE = 'VT003', TABLE = TG_TABLE_NAME;
END;
$$;

CREATE TRIGGER dossiers_pinned BEFORE UPDATE ON dossiers FOR EACH ROW
WHEN (OLD.state <> 'draft' AND OLD.rules_id <> NEW.rules_id) EXECUTE FUNCTION refuse_other_rules();
