-- Taking a step back, handing over, who opened what first; comments, watchers, forms filled in halfway.

ALTER TABLE instances ADD COLUMN previous_state BYTEA;
ALTER TABLE instances ADD COLUMN recall JSONB;
ALTER TABLE instances ADD CONSTRAINT instances_recall_whole CHECK (previous_state IS NULL OR recall IS NOT NULL);

ALTER TABLE activities DROP CONSTRAINT activities_movement_known;
ALTER TABLE activities ADD CONSTRAINT activities_movement_known
    CHECK (movement IN ('entered', 'left', 'recalled'));

ALTER TABLE work_items ADD COLUMN opened_by UUID;
ALTER TABLE work_items ADD COLUMN seen_at TIMESTAMP WITH TIME ZONE;
ALTER TABLE work_items ADD COLUMN seen_by UUID;
ALTER TABLE work_items ADD COLUMN handed_by UUID;
ALTER TABLE work_items ADD COLUMN handed_note TEXT;
ALTER TABLE work_items ADD CONSTRAINT work_items_seen_whole CHECK ((seen_at IS NULL) = (seen_by IS NULL));
ALTER TABLE work_items ADD CONSTRAINT work_items_handed_whole CHECK (
    (handed_note IS NULL OR handed_by IS NOT NULL) AND (handed_by IS NULL OR assignee IS NOT NULL)
);

CREATE TABLE recalled_directives (
    directive_id BIGINT NOT NULL,
    recalled_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT recalled_directives_pkey PRIMARY KEY (directive_id),
    CONSTRAINT recalled_directives_directive_id_fkey FOREIGN KEY(directive_id) REFERENCES directives (id)
);

CREATE TABLE comments (
    id UUID NOT NULL,
    agency_id UUID NOT NULL,
    document_id UUID NOT NULL,
    work_item_id UUID,
    author UUID NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    text TEXT NOT NULL,
    mentions UUID[] DEFAULT '{}' NOT NULL,
    CONSTRAINT comments_pkey PRIMARY KEY (id),
    CONSTRAINT comments_text_given CHECK (char_length(text) BETWEEN 1 AND 2000),
    CONSTRAINT comments_document_id_fkey FOREIGN KEY(document_id) REFERENCES documents (id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT comments_work_item_id_fkey FOREIGN KEY(work_item_id) REFERENCES work_items (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX comments_document_id_idx ON comments (document_id, id DESC);

CREATE TABLE watches (
    document_id UUID NOT NULL,
    person_id UUID NOT NULL,
    agency_id UUID NOT NULL,
    since TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT watches_pkey PRIMARY KEY (document_id, person_id),
    CONSTRAINT watches_document_id_fkey FOREIGN KEY(document_id) REFERENCES documents (id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT watches_person_id_fkey FOREIGN KEY(person_id) REFERENCES people (id)
);

CREATE INDEX watches_person_id_idx ON watches (person_id);

CREATE TABLE form_drafts (
    work_item_id UUID NOT NULL,
    person_id UUID NOT NULL,
    outcome TEXT NOT NULL,
    data TEXT NOT NULL,
    comment TEXT,
    saved_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT form_drafts_pkey PRIMARY KEY (work_item_id, person_id),
    CONSTRAINT form_drafts_data_bounded CHECK (octet_length(data) <= 400000),
    CONSTRAINT form_drafts_work_item_id_fkey FOREIGN KEY(work_item_id) REFERENCES work_items (id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT form_drafts_person_id_fkey FOREIGN KEY(person_id) REFERENCES people (id)
);
