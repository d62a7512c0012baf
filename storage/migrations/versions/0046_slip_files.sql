CREATE TABLE case_slip_files (
    slip_id UUID NOT NULL,
    key_id TEXT,
    digest TEXT,
    prepared_file_id TEXT,
    prepared TEXT,
    file_id TEXT,
    version_id TEXT,
    kept_at TIMESTAMP WITH TIME ZONE,
    because TEXT NOT NULL,
    CONSTRAINT case_slip_files_pkey PRIMARY KEY (slip_id),
    CONSTRAINT case_slip_files_kept_whole CHECK ((file_id IS NULL) = (kept_at IS NULL)),
    CONSTRAINT case_slip_files_asked_whole CHECK ((digest IS NULL) = (key_id IS NULL) AND (digest IS NULL) = (prepared_file_id IS NULL) AND (digest IS NULL) = (prepared IS NULL)),
    CONSTRAINT case_slip_files_sealed_or_said_why CHECK (digest IS NOT NULL OR (file_id IS NOT NULL AND because <> '')),
    CONSTRAINT case_slip_files_slip_id_fkey FOREIGN KEY(slip_id) REFERENCES case_slips (id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT case_slip_files_prepared_file_id_fkey FOREIGN KEY(prepared_file_id) REFERENCES files (id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT case_slip_files_file_id_fkey FOREIGN KEY(file_id) REFERENCES files (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX case_slip_files_file_id_idx ON case_slip_files (file_id);

-- A slip that is kept stays as it is: nobody replaces its file.
CREATE FUNCTION refuse_kept_slip() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the slip is kept and does not change' USING ERRCODE = 'VT003', TABLE = TG_TABLE_NAME;
END;
$$;

CREATE TRIGGER case_slip_files_kept BEFORE UPDATE OR DELETE ON case_slip_files
FOR EACH ROW WHEN (OLD.file_id IS NOT NULL) EXECUTE FUNCTION refuse_kept_slip();
