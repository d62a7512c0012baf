-- The version before there was this kind knows the renewed files as final ones. Nothing happened, so there is no leaf.
ALTER TABLE document_versions DISABLE TRIGGER USER;

UPDATE document_versions SET kind = 'final' WHERE kind = 'renewed';

ALTER TABLE document_versions ENABLE TRIGGER USER;

ALTER TABLE document_versions
    DROP CONSTRAINT document_versions_kind_known,
    ADD CONSTRAINT document_versions_kind_known
        CHECK (kind IN ('original', 'prepared', 'initialled', 'signed', 'numbered', 'sealed', 'final'));

DROP TABLE archive_proofs;
