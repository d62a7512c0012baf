DROP INDEX signings_document_id_idx;
DROP INDEX signings_one_for_an_item;

ALTER TABLE signings
    DROP CONSTRAINT signings_base_file_id_fkey,
    DROP CONSTRAINT signings_void_whole,
    DROP CONSTRAINT signings_signed_whole,
    DROP CONSTRAINT signings_state_known,
    DROP COLUMN void_because,
    DROP COLUMN base_file_id,
    ADD CONSTRAINT signings_state_known CHECK (state IN ('digested', 'signed')),
    ADD CONSTRAINT signings_signed_whole CHECK ((state = 'signed') = (signed_file_id IS NOT NULL AND signed_at IS NOT NULL)),
    ADD CONSTRAINT signings_work_item_id_key UNIQUE (work_item_id);

ALTER TABLE document_versions
    DROP CONSTRAINT document_versions_kind_known,
    ADD CONSTRAINT document_versions_kind_known CHECK (kind IN ('original', 'prepared', 'signed', 'numbered', 'sealed', 'final'));

ALTER TABLE documents DROP COLUMN initials, DROP COLUMN collective, DROP COLUMN capacity, DROP COLUMN in_order, DROP COLUMN further;

ALTER TABLE posts DROP CONSTRAINT posts_acting_heads_only, DROP COLUMN acting;
