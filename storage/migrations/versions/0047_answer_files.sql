-- An answer can bring a file: a table, a scan.
ALTER TABLE circulation_answers ADD COLUMN file_id TEXT;
ALTER TABLE circulation_answers ADD COLUMN file_name TEXT;
ALTER TABLE circulation_answers ADD CONSTRAINT circulation_answers_file_id_fkey
    FOREIGN KEY (file_id) REFERENCES files (id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE circulation_answers ADD CONSTRAINT circulation_answers_file_named
    CHECK ((file_id IS NULL) = (file_name IS NULL));
ALTER TABLE circulation_answers DROP CONSTRAINT circulation_answers_says_something;
ALTER TABLE circulation_answers ADD CONSTRAINT circulation_answers_says_something
    CHECK (text <> '' OR document_id IS NOT NULL OR file_id IS NOT NULL);

-- Whoever opens it is counted; that the agency has read it says its clerk or a leader alone.
ALTER TABLE circulation_addressees DROP CONSTRAINT circulation_addressees_readers_counted;
ALTER TABLE circulation_addressees ADD CONSTRAINT circulation_addressees_readers_counted
    CHECK (readers >= 0 AND (read_at IS NULL OR readers > 0));
