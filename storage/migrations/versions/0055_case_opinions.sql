CREATE TABLE case_opinions (
    id UUID NOT NULL,
    case_id UUID NOT NULL,
    agency_id UUID NOT NULL,
    document_id UUID NOT NULL,
    number TEXT NOT NULL,
    question TEXT NOT NULL,
    half_days INTEGER NOT NULL,
    asked_by UUID NOT NULL,
    asked_at TIMESTAMP WITH TIME ZONE NOT NULL,
    due TIMESTAMP WITH TIME ZONE NOT NULL,
    silent_at TIMESTAMP WITH TIME ZONE,
    view TEXT,
    text TEXT NOT NULL,
    answered_by UUID,
    answered_at TIMESTAMP WITH TIME ZONE,
    ended_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT case_opinions_pkey PRIMARY KEY (id),
    CONSTRAINT case_opinions_document_id_key UNIQUE (document_id),
    CONSTRAINT case_opinions_view_known CHECK (view IN ('agreed', 'not_agreed')),
    CONSTRAINT case_opinions_question_given CHECK (char_length(question) BETWEEN 1 AND 2000),
    CONSTRAINT case_opinions_half_days_from_one CHECK (half_days >= 1),
    CONSTRAINT case_opinions_answered_whole CHECK ((answered_at IS NULL) = (view IS NULL) AND (answered_at IS NULL) = (answered_by IS NULL) AND (answered_at IS NOT NULL OR text = '')),
    CONSTRAINT case_opinions_refusal_reasoned CHECK (view <> 'not_agreed' OR text <> ''),
    CONSTRAINT case_opinions_answered_or_ended CHECK (ended_at IS NULL OR answered_at IS NULL),
    CONSTRAINT case_opinions_case_id_fkey FOREIGN KEY(case_id) REFERENCES cases (id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT case_opinions_agency_id_fkey FOREIGN KEY(agency_id) REFERENCES agencies (id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT case_opinions_document_id_fkey FOREIGN KEY(document_id) REFERENCES documents (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX case_opinions_case_id_id_idx ON case_opinions (case_id, id);

CREATE UNIQUE INDEX case_opinions_open_idx ON case_opinions (case_id, agency_id) WHERE answered_at IS NULL AND ended_at IS NULL;

CREATE TABLE case_opinion_files (
    opinion_id UUID NOT NULL,
    goes_with TEXT NOT NULL,
    place INTEGER NOT NULL,
    file_id TEXT NOT NULL,
    name TEXT NOT NULL,
    CONSTRAINT case_opinion_files_pkey PRIMARY KEY (opinion_id, goes_with, place),
    CONSTRAINT case_opinion_files_goes_with_known CHECK (goes_with IN ('question', 'answer')),
    CONSTRAINT case_opinion_files_named CHECK (name <> ''),
    CONSTRAINT case_opinion_files_opinion_id_fkey FOREIGN KEY(opinion_id) REFERENCES case_opinions (id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT case_opinion_files_file_id_fkey FOREIGN KEY(file_id) REFERENCES files (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX case_opinion_files_file_id_idx ON case_opinion_files (file_id);
