CREATE TABLE verification_codes (
    code TEXT NOT NULL,
    document_id UUID NOT NULL,
    CONSTRAINT verification_codes_pkey PRIMARY KEY (code),
    CONSTRAINT verification_codes_document_id_key UNIQUE (document_id),
    CONSTRAINT verification_codes_document_id_fkey FOREIGN KEY (document_id) REFERENCES documents (id)
        DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT verification_codes_code_is_one CHECK (code ~ '^[0-9a-hjkmnp-tv-z]{26}$')
);

-- Nothing is lost with it: after a crash of the server everybody begins anew.
CREATE UNLOGGED TABLE verification_counts (
    counter TEXT NOT NULL,
    "window" TIMESTAMP WITH TIME ZONE NOT NULL,
    taken INTEGER NOT NULL,
    CONSTRAINT verification_counts_pkey PRIMARY KEY (counter, "window"),
    CONSTRAINT verification_counts_taken_from_one CHECK (taken >= 1)
);
