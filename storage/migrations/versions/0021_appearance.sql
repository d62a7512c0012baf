-- Copies are outgoing documents: those on paper take a number of a series of their own, electronic ones none.
ALTER TABLE documents
    DROP CONSTRAINT documents_number_fits_state,
    DROP CONSTRAINT documents_drafter_does_not_sign,
    ADD CONSTRAINT documents_number_fits_state CHECK (direction = 'incoming' OR type IN ('SY', 'SL', 'TrS') OR CASE WHEN state IN ('numbered', 'sealed', 'issued', 'recalled') THEN number IS NOT NULL ELSE number IS NULL OR state = 'cancelled' END),
    ADD CONSTRAINT documents_drafter_does_not_sign CHECK (signer <> drafter OR type IN ('SY', 'SL', 'TrS'));

ALTER TABLE registers
    DROP CONSTRAINT registers_direction_known,
    ADD CONSTRAINT registers_direction_known CHECK (direction IN ('incoming', 'outgoing', 'copies'));

CREATE TABLE attachment_seals (
    id UUID NOT NULL,
    agency_id UUID NOT NULL,
    document_id UUID NOT NULL,
    work_item_id UUID NOT NULL,
    place INTEGER NOT NULL,
    file_id TEXT NOT NULL,
    text TEXT NOT NULL,
    key_id TEXT NOT NULL,
    digest TEXT NOT NULL,
    prepared_file_id TEXT NOT NULL,
    prepared TEXT NOT NULL,
    asked_at TIMESTAMP WITH TIME ZONE NOT NULL,
    asked_by UUID NOT NULL,
    state TEXT NOT NULL,
    signed_file_id TEXT,
    signed_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT attachment_seals_pkey PRIMARY KEY (id),
    CONSTRAINT attachment_seals_work_item_id_place_key UNIQUE (work_item_id, place),
    CONSTRAINT attachment_seals_state_known CHECK (state IN ('digested', 'signed')),
    CONSTRAINT attachment_seals_place_from_zero CHECK (place >= 0),
    CONSTRAINT attachment_seals_digest_is_one CHECK (digest ~ '^[0-9a-f]{64}$'),
    CONSTRAINT attachment_seals_signed_whole CHECK ((state = 'signed') = (signed_file_id IS NOT NULL AND signed_at IS NOT NULL)),
    CONSTRAINT attachment_seals_document_id_fkey FOREIGN KEY (document_id) REFERENCES documents (id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT attachment_seals_work_item_id_fkey FOREIGN KEY (work_item_id) REFERENCES work_items (id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT attachment_seals_file_id_fkey FOREIGN KEY (file_id) REFERENCES files (id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT attachment_seals_prepared_file_id_fkey FOREIGN KEY (prepared_file_id) REFERENCES files (id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT attachment_seals_signed_file_id_fkey FOREIGN KEY (signed_file_id) REFERENCES files (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX attachment_seals_document_id_id_idx ON attachment_seals (document_id, id);

CREATE TABLE signature_images (
    id UUID NOT NULL,
    agency_id UUID NOT NULL,
    owner_id UUID NOT NULL,
    kind TEXT NOT NULL,
    file_id TEXT,
    set_at TIMESTAMP WITH TIME ZONE NOT NULL,
    set_by UUID NOT NULL,
    CONSTRAINT signature_images_pkey PRIMARY KEY (id),
    CONSTRAINT signature_images_kind_known CHECK (kind IN ('hand', 'seal')),
    CONSTRAINT signature_images_seal_is_the_agency_s CHECK ((kind = 'seal') = (owner_id = agency_id)),
    CONSTRAINT signature_images_file_id_fkey FOREIGN KEY (file_id) REFERENCES files (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX signature_images_owner_id_idx ON signature_images (owner_id, id DESC);

CREATE TABLE copies (
    document_id UUID NOT NULL,
    agency_id UUID NOT NULL,
    of_document_id UUID NOT NULL,
    form TEXT NOT NULL,
    source TEXT NOT NULL,
    target TEXT NOT NULL,
    first_page INTEGER,
    last_page INTEGER,
    asked_by UUID NOT NULL,
    asked_at TIMESTAMP WITH TIME ZONE NOT NULL,
    decided_by UUID,
    decided_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT copies_pkey PRIMARY KEY (document_id),
    CONSTRAINT copies_form_known CHECK (form IN ('SY', 'SL', 'TrS')),
    CONSTRAINT copies_source_known CHECK (source IN ('paper', 'electronic')),
    CONSTRAINT copies_target_known CHECK (target IN ('paper', 'electronic')),
    CONSTRAINT copies_electronic_copies_of_electronic_are_extracts CHECK (source = 'paper' OR target = 'paper' OR form = 'TrS'),
    CONSTRAINT copies_extract_has_pages CHECK ((first_page IS NULL) = (last_page IS NULL) AND (first_page IS NULL OR form = 'TrS') AND (first_page IS NULL OR first_page BETWEEN 1 AND last_page)),
    CONSTRAINT copies_decided_whole CHECK ((decided_by IS NULL) = (decided_at IS NULL)),
    CONSTRAINT copies_of_document_id_fkey FOREIGN KEY (of_document_id) REFERENCES documents (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX copies_of_document_id_document_id_idx ON copies (of_document_id, document_id);

