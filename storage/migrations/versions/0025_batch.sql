CREATE TABLE signature_batches (
    id UUID NOT NULL,
    agency_id UUID NOT NULL,
    by UUID NOT NULL,
    key TEXT NOT NULL,
    every_page_up_to INTEGER NOT NULL,
    begun_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT signature_batches_pkey PRIMARY KEY (id),
    CONSTRAINT signature_batches_agency_id_fkey FOREIGN KEY (agency_id) REFERENCES agencies (id)
        DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT signature_batches_by_fkey FOREIGN KEY (by) REFERENCES people (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX signature_batches_agency_id_idx ON signature_batches (agency_id, id DESC);

CREATE INDEX signature_batches_by_idx ON signature_batches (by, id DESC);

CREATE TABLE signature_batch_items (
    batch_id UUID NOT NULL,
    place INTEGER NOT NULL,
    work_item_id UUID NOT NULL,
    document_id UUID NOT NULL,
    file_id TEXT NOT NULL,
    state TEXT NOT NULL,
    signature_id UUID,
    code TEXT,
    message TEXT,
    CONSTRAINT signature_batch_items_pkey PRIMARY KEY (batch_id, place),
    CONSTRAINT signature_batch_items_batch_id_work_item_id_key UNIQUE (batch_id, work_item_id),
    CONSTRAINT signature_batch_items_batch_id_fkey FOREIGN KEY (batch_id) REFERENCES signature_batches (id)
        DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT signature_batch_items_work_item_id_fkey FOREIGN KEY (work_item_id) REFERENCES work_items (id)
        DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT signature_batch_items_document_id_fkey FOREIGN KEY (document_id) REFERENCES documents (id)
        DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT signature_batch_items_signature_id_fkey FOREIGN KEY (signature_id) REFERENCES signings (id)
        DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT signature_batch_items_state_known CHECK (state IN ('waiting', 'prepared', 'failed', 'skipped')),
    CONSTRAINT signature_batch_items_place_within CHECK (place BETWEEN 0 AND 49),
    CONSTRAINT signature_batch_items_prepared_whole CHECK ((state = 'prepared') = (signature_id IS NOT NULL)),
    CONSTRAINT signature_batch_items_trouble_whole CHECK ((code IS NULL) = (message IS NULL)),
    CONSTRAINT signature_batch_items_stopped_whole CHECK (state NOT IN ('failed', 'skipped') OR code IS NOT NULL),
    CONSTRAINT signature_batch_items_file_is_digest CHECK (file_id ~ '^[0-9a-f]{64}$')
);

CREATE INDEX signature_batch_items_work_item_id_idx ON signature_batch_items (work_item_id);

CREATE TABLE page_views (
    person_id UUID NOT NULL,
    document_id UUID NOT NULL,
    file_id TEXT NOT NULL,
    pages JSONB NOT NULL,
    CONSTRAINT page_views_pkey PRIMARY KEY (person_id, document_id, file_id),
    CONSTRAINT page_views_person_id_fkey FOREIGN KEY (person_id) REFERENCES people (id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT page_views_document_id_fkey FOREIGN KEY (document_id) REFERENCES documents (id)
        DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT page_views_file_is_digest CHECK (file_id ~ '^[0-9a-f]{64}$')
);
