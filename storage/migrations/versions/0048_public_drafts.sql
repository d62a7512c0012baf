CREATE TABLE public_drafts (
    dossier_id UUID NOT NULL,
    ordinal INTEGER NOT NULL,
    agency_id UUID NOT NULL,
    locality_id UUID NOT NULL,
    code TEXT NOT NULL,
    place TEXT NOT NULL,
    until DATE NOT NULL,
    published_at TIMESTAMP WITH TIME ZONE NOT NULL,
    published_by UUID NOT NULL,
    reported JSONB NOT NULL,
    CONSTRAINT public_drafts_pkey PRIMARY KEY (dossier_id, ordinal),
    CONSTRAINT public_drafts_ordinal_from_one CHECK (ordinal >= 1),
    CONSTRAINT public_drafts_dossier_id_fkey FOREIGN KEY (dossier_id) REFERENCES dossiers (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX public_drafts_code_idx ON public_drafts (code);

CREATE INDEX public_drafts_until_idx ON public_drafts (until);

CREATE TABLE public_opinions (
    dossier_id UUID NOT NULL,
    number INTEGER NOT NULL,
    draft INTEGER NOT NULL,
    agreed BOOLEAN NOT NULL,
    text TEXT NOT NULL,
    given_at TIMESTAMP WITH TIME ZONE NOT NULL,
    response TEXT,
    responded_at TIMESTAMP WITH TIME ZONE,
    responded_by UUID,
    rev INTEGER NOT NULL,
    CONSTRAINT public_opinions_pkey PRIMARY KEY (dossier_id, number),
    CONSTRAINT public_opinions_draft_fkey FOREIGN KEY (dossier_id, draft) REFERENCES public_drafts (dossier_id, ordinal) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT public_opinions_number_from_one CHECK (number >= 1),
    CONSTRAINT public_opinions_text_is_one CHECK (char_length(text) <= 2000 AND (agreed OR text <> '')),
    CONSTRAINT public_opinions_responded_whole CHECK ((response IS NULL) = (responded_at IS NULL) AND (response IS NULL) = (responded_by IS NULL)),
    CONSTRAINT public_opinions_dossier_id_fkey FOREIGN KEY (dossier_id) REFERENCES dossiers (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE TABLE proposal_meetings (
    dossier_id UUID NOT NULL,
    ordinal INTEGER NOT NULL,
    held_at TIMESTAMP WITH TIME ZONE NOT NULL,
    place TEXT NOT NULL,
    chair TEXT NOT NULL,
    secretary TEXT NOT NULL,
    present INTEGER NOT NULL,
    agreed INTEGER NOT NULL,
    disagreed INTEGER NOT NULL,
    said TEXT NOT NULL,
    file_id TEXT NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    recorded_by UUID NOT NULL,
    CONSTRAINT proposal_meetings_pkey PRIMARY KEY (dossier_id, ordinal),
    CONSTRAINT proposal_meetings_counted_right CHECK (present >= 1 AND agreed >= 0 AND disagreed >= 0 AND agreed + disagreed <= present),
    CONSTRAINT proposal_meetings_ordinal_from_one CHECK (ordinal >= 1),
    CONSTRAINT proposal_meetings_dossier_id_fkey FOREIGN KEY (dossier_id) REFERENCES dossiers (id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT proposal_meetings_file_id_fkey FOREIGN KEY (file_id) REFERENCES files (id) DEFERRABLE INITIALLY DEFERRED
);
