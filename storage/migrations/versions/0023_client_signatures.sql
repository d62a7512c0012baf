CREATE TABLE client_signatures (
    id UUID NOT NULL,
    agency_id UUID NOT NULL,
    document_id UUID NOT NULL,
    instance_id UUID NOT NULL,
    work_item_id UUID NOT NULL,
    kind TEXT NOT NULL,
    role TEXT NOT NULL,
    field TEXT NOT NULL,
    outcome TEXT NOT NULL,
    key_id TEXT NOT NULL,
    certificate BYTEA NOT NULL,
    chain BYTEA[] NOT NULL,
    certificate_sha256 TEXT NOT NULL,
    digest TEXT NOT NULL,
    base_file_id TEXT NOT NULL,
    prepared_file_id TEXT NOT NULL,
    prepared TEXT NOT NULL,
    to_sign BYTEA NOT NULL,
    asked_at TIMESTAMP WITH TIME ZONE NOT NULL,
    asked_by UUID NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    state TEXT NOT NULL,
    cms BYTEA,
    signed_file_id TEXT,
    ended_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT client_signatures_pkey PRIMARY KEY (id),
    CONSTRAINT client_signatures_document_id_fkey FOREIGN KEY (document_id) REFERENCES documents (id)
        DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT client_signatures_instance_id_fkey FOREIGN KEY (instance_id) REFERENCES instances (id)
        DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT client_signatures_work_item_id_fkey FOREIGN KEY (work_item_id) REFERENCES work_items (id)
        DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT client_signatures_base_file_id_fkey FOREIGN KEY (base_file_id) REFERENCES files (id)
        DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT client_signatures_prepared_file_id_fkey FOREIGN KEY (prepared_file_id) REFERENCES files (id)
        DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT client_signatures_signed_file_id_fkey FOREIGN KEY (signed_file_id) REFERENCES files (id)
        DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT client_signatures_kind_known CHECK (kind IN ('client', 'plugin')),
    CONSTRAINT client_signatures_role_known CHECK (role IN ('official', 'seal')),
    CONSTRAINT client_signatures_state_known CHECK (state IN ('open', 'accepted', 'cancelled', 'expired')),
    CONSTRAINT client_signatures_digest_is_one CHECK (digest ~ '^[0-9a-f]{64}$'),
    CONSTRAINT client_signatures_certificate_pinned CHECK (certificate_sha256 ~ '^[0-9a-f]{64}$'),
    CONSTRAINT client_signatures_prepared_whole CHECK ((kind = 'client') = (to_sign <> '' AND prepared <> '')),
    CONSTRAINT client_signatures_end_has_time CHECK ((state = 'open') = (ended_at IS NULL)),
    CONSTRAINT client_signatures_accepted_whole CHECK (
        (state = 'accepted' AND kind = 'client') = (cms IS NOT NULL)
        AND (state = 'accepted' AND kind = 'plugin') = (signed_file_id IS NOT NULL)
    ),
    CONSTRAINT client_signatures_expires_after_asked CHECK (expires_at > asked_at)
);

-- One digest at a time for each work item, and none beside one that was signed.
CREATE UNIQUE INDEX client_signatures_one_for_an_item ON client_signatures (work_item_id)
    WHERE state IN ('open', 'accepted');
CREATE INDEX client_signatures_work_item_id_idx ON client_signatures (work_item_id);
CREATE INDEX client_signatures_waiting ON client_signatures (expires_at) WHERE state = 'open';

CREATE TABLE signature_links (
    token_sha256 TEXT NOT NULL,
    signature_id UUID NOT NULL,
    agency_id UUID NOT NULL,
    use TEXT NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    used_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT signature_links_pkey PRIMARY KEY (token_sha256),
    CONSTRAINT signature_links_signature_id_fkey FOREIGN KEY (signature_id) REFERENCES client_signatures (id)
        DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT signature_links_use_known CHECK (use IN ('fetch', 'hand_in')),
    CONSTRAINT signature_links_token_hashed CHECK (token_sha256 ~ '^[0-9a-f]{64}$'),
    CONSTRAINT signature_links_expires_after_made CHECK (expires_at > made_at)
);

CREATE INDEX signature_links_signature_id_idx ON signature_links (signature_id);
