ALTER TABLE circulation_answers DROP CONSTRAINT circulation_answers_says_something;
ALTER TABLE circulation_answers DROP CONSTRAINT circulation_answers_file_named;
ALTER TABLE circulation_answers DROP COLUMN file_name;
ALTER TABLE circulation_answers DROP COLUMN file_id;
ALTER TABLE circulation_answers ADD CONSTRAINT circulation_answers_says_something
    CHECK (text <> '' OR document_id IS NOT NULL) NOT VALID;

ALTER TABLE circulation_addressees DROP CONSTRAINT circulation_addressees_readers_counted;
ALTER TABLE circulation_addressees ADD CONSTRAINT circulation_addressees_readers_counted
    CHECK ((readers = 0) = (read_at IS NULL)) NOT VALID;
