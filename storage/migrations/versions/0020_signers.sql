-- Who is appointed acting head does what heads do, and is printed 'Q.'.
ALTER TABLE posts
    ADD COLUMN acting BOOLEAN DEFAULT false NOT NULL,
    ADD CONSTRAINT posts_acting_heads_only CHECK (NOT acting OR role = 'head');

-- Who signs beside the first signer and in what order, in whose name, and who initialled the text as it is.
ALTER TABLE documents
    ADD COLUMN further JSONB DEFAULT '[]' NOT NULL,
    ADD COLUMN in_order BOOLEAN DEFAULT true NOT NULL,
    ADD COLUMN capacity TEXT,
    ADD COLUMN collective TEXT,
    ADD COLUMN initials JSONB DEFAULT '[]' NOT NULL;

ALTER TABLE document_versions
    DROP CONSTRAINT document_versions_kind_known,
    ADD CONSTRAINT document_versions_kind_known CHECK (kind IN ('original', 'prepared', 'initialled', 'signed', 'numbered', 'sealed', 'final'));

-- A signature knows what it was added to; one that became void stays on record with the reason, and may be given anew.
ALTER TABLE signings
    ADD COLUMN base_file_id TEXT,
    ADD COLUMN void_because TEXT,
    DROP CONSTRAINT signings_state_known,
    DROP CONSTRAINT signings_signed_whole,
    DROP CONSTRAINT signings_work_item_id_key,
    ADD CONSTRAINT signings_state_known CHECK (state IN ('digested', 'signed', 'void')),
    ADD CONSTRAINT signings_signed_whole CHECK (state = 'void' OR (state = 'signed') = (signed_file_id IS NOT NULL AND signed_at IS NOT NULL)),
    ADD CONSTRAINT signings_void_whole CHECK ((state = 'void') = (void_because IS NOT NULL)),
    ADD CONSTRAINT signings_base_file_id_fkey FOREIGN KEY(base_file_id) REFERENCES files (id) DEFERRABLE INITIALLY DEFERRED;

CREATE UNIQUE INDEX signings_one_for_an_item ON signings (work_item_id) WHERE state <> 'void';
CREATE INDEX signings_document_id_idx ON signings (document_id);
