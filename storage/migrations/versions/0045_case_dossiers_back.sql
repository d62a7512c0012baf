DROP INDEX case_applicants_identity_idx;

ALTER TABLE case_papers ADD COLUMN file_id TEXT;
ALTER TABLE case_papers ADD CONSTRAINT case_papers_file_id_fkey
    FOREIGN KEY (file_id) REFERENCES files (id) DEFERRABLE INITIALLY DEFERRED;
