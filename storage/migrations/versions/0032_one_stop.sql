CREATE TABLE case_procedures (
    id UUID NOT NULL,
    agency_id UUID NOT NULL,
    code TEXT NOT NULL,
    version INTEGER NOT NULL,
    offered BOOLEAN NOT NULL,
    settings JSONB NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    made_by UUID NOT NULL,
    CONSTRAINT case_procedures_pkey PRIMARY KEY (id),
    CONSTRAINT case_procedures_agency_id_code_version_key UNIQUE (agency_id, code, version),
    CONSTRAINT case_procedures_version_from_one CHECK (version >= 1),
    CONSTRAINT case_procedures_agency_id_fkey FOREIGN KEY(agency_id) REFERENCES agencies (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE TABLE cases (
    id UUID NOT NULL,
    agency_id UUID NOT NULL,
    code TEXT NOT NULL,
    track_code TEXT NOT NULL,
    procedure_id UUID NOT NULL,
    document_id UUID NOT NULL,
    channel TEXT NOT NULL,
    return_by TEXT NOT NULL,
    submitted_at TIMESTAMP WITH TIME ZONE NOT NULL,
    state TEXT NOT NULL,
    received_at TIMESTAMP WITH TIME ZONE,
    due TIMESTAMP WITH TIME ZONE,
    first_due TIMESTAMP WITH TIME ZONE,
    apologised_at TIMESTAMP WITH TIME ZONE,
    pauses JSONB DEFAULT '[]' NOT NULL,
    step INTEGER NOT NULL,
    ready_at TIMESTAMP WITH TIME ZONE,
    result_id UUID,
    returned_at TIMESTAMP WITH TIME ZONE,
    returned_by TEXT,
    satisfaction TEXT,
    rev INTEGER NOT NULL,
    CONSTRAINT cases_pkey PRIMARY KEY (id),
    CONSTRAINT cases_agency_id_code_key UNIQUE (agency_id, code),
    CONSTRAINT cases_track_code_key UNIQUE (track_code),
    CONSTRAINT cases_document_id_key UNIQUE (document_id),
    CONSTRAINT cases_channel_known CHECK (channel IN ('direct', 'post', 'online')),
    CONSTRAINT cases_return_by_known CHECK (return_by IN ('counter', 'post', 'page')),
    CONSTRAINT cases_returned_by_known CHECK (returned_by IN ('counter', 'post', 'page')),
    CONSTRAINT cases_satisfaction_known CHECK (satisfaction IN ('very_satisfied', 'satisfied', 'not_satisfied')),
    CONSTRAINT cases_state_known CHECK (state IN ('submitted', 'supplement_required', 'refused', 'received', 'processing', 'waiting_supplement', 'pending_sign', 'result_ready', 'returned', 'stopped', 'withdrawn')),
    CONSTRAINT cases_track_code_is_one CHECK (track_code ~ '^[0-9a-hjkmnp-tv-z]{26}$'),
    CONSTRAINT cases_received_whole CHECK ((received_at IS NULL) = (due IS NULL) AND (due IS NULL) = (first_due IS NULL)),
    CONSTRAINT cases_put_off_is_later CHECK (apologised_at IS NULL OR due > first_due),
    CONSTRAINT cases_returned_whole CHECK ((returned_at IS NULL) = (returned_by IS NULL)),
    CONSTRAINT cases_returned_when_ready CHECK (returned_at IS NULL OR ready_at IS NOT NULL),
    CONSTRAINT cases_rated_when_returned CHECK (satisfaction IS NULL OR returned_at IS NOT NULL),
    CONSTRAINT cases_agency_id_fkey FOREIGN KEY(agency_id) REFERENCES agencies (id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT cases_procedure_id_fkey FOREIGN KEY(procedure_id) REFERENCES case_procedures (id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT cases_document_id_fkey FOREIGN KEY(document_id) REFERENCES documents (id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT cases_result_id_fkey FOREIGN KEY(result_id) REFERENCES documents (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX cases_agency_id_idx ON cases (agency_id, id DESC);

CREATE INDEX cases_agency_id_state_idx ON cases (agency_id, state, id DESC);

CREATE TABLE case_applicants (
    case_id UUID NOT NULL,
    name TEXT NOT NULL,
    identity TEXT NOT NULL,
    address TEXT NOT NULL,
    phone TEXT NOT NULL,
    email TEXT NOT NULL,
    answers JSONB NOT NULL,
    CONSTRAINT case_applicants_pkey PRIMARY KEY (case_id),
    CONSTRAINT case_applicants_named CHECK (name <> '' AND identity ~ '^[0-9]{9,12}$')
);

CREATE TABLE case_papers (
    case_id UUID NOT NULL,
    place INTEGER NOT NULL,
    code TEXT NOT NULL,
    originals INTEGER NOT NULL,
    copies INTEGER NOT NULL,
    file_id TEXT,
    CONSTRAINT case_papers_pkey PRIMARY KEY (case_id, place),
    CONSTRAINT case_papers_counts_not_negative CHECK (originals >= 0 AND copies >= 0),
    CONSTRAINT case_papers_case_id_fkey FOREIGN KEY(case_id) REFERENCES cases (id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT case_papers_file_id_fkey FOREIGN KEY(file_id) REFERENCES files (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE TABLE case_steps (
    case_id UUID NOT NULL,
    place INTEGER NOT NULL,
    number INTEGER NOT NULL,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    unit_id UUID,
    half_days INTEGER NOT NULL,
    began_at TIMESTAMP WITH TIME ZONE NOT NULL,
    due TIMESTAMP WITH TIME ZONE NOT NULL,
    ended_at TIMESTAMP WITH TIME ZONE,
    ended_by UUID,
    CONSTRAINT case_steps_pkey PRIMARY KEY (case_id, place),
    CONSTRAINT case_steps_ended_whole CHECK ((ended_at IS NULL) = (ended_by IS NULL)),
    CONSTRAINT case_steps_case_id_fkey FOREIGN KEY(case_id) REFERENCES cases (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE TABLE case_slips (
    id UUID NOT NULL,
    case_id UUID NOT NULL,
    agency_id UUID NOT NULL,
    kind TEXT NOT NULL,
    year INTEGER NOT NULL,
    number INTEGER NOT NULL,
    issued_at TIMESTAMP WITH TIME ZONE NOT NULL,
    issued_by UUID NOT NULL,
    due TIMESTAMP WITH TIME ZONE,
    reason TEXT NOT NULL,
    CONSTRAINT case_slips_pkey PRIMARY KEY (id),
    CONSTRAINT case_slips_agency_id_kind_year_number_key UNIQUE (agency_id, kind, year, number),
    CONSTRAINT case_slips_kind_known CHECK (kind IN ('receipt', 'supplement', 'refusal', 'apology')),
    CONSTRAINT case_slips_number_from_one CHECK (number >= 1),
    CONSTRAINT case_slips_reason_given CHECK (kind IN ('receipt') OR reason <> ''),
    CONSTRAINT case_slips_case_id_fkey FOREIGN KEY(case_id) REFERENCES cases (id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT case_slips_agency_id_fkey FOREIGN KEY(agency_id) REFERENCES agencies (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX case_slips_case_id_id_idx ON case_slips (case_id, id);

CREATE TABLE case_counters (
    agency_id UUID NOT NULL,
    series TEXT NOT NULL,
    period INTEGER NOT NULL,
    last INTEGER NOT NULL,
    CONSTRAINT case_counters_pkey PRIMARY KEY (agency_id, series, period),
    CONSTRAINT case_counters_last_from_one CHECK (last >= 1),
    CONSTRAINT case_counters_agency_id_fkey FOREIGN KEY(agency_id) REFERENCES agencies (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE TABLE case_feedback (
    id UUID NOT NULL,
    case_id UUID NOT NULL,
    agency_id UUID NOT NULL,
    sent_at TIMESTAMP WITH TIME ZONE NOT NULL,
    due DATE NOT NULL,
    text TEXT NOT NULL,
    answer TEXT,
    answered_at TIMESTAMP WITH TIME ZONE,
    answered_by UUID,
    CONSTRAINT case_feedback_pkey PRIMARY KEY (id),
    CONSTRAINT case_feedback_text_given CHECK (char_length(text) BETWEEN 1 AND 2000),
    CONSTRAINT case_feedback_answered_whole CHECK ((answer IS NULL) = (answered_at IS NULL) AND (answer IS NULL) = (answered_by IS NULL)),
    CONSTRAINT case_feedback_case_id_fkey FOREIGN KEY(case_id) REFERENCES cases (id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT case_feedback_agency_id_fkey FOREIGN KEY(agency_id) REFERENCES agencies (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX case_feedback_case_id_id_idx ON case_feedback (case_id, id);

CREATE INDEX case_feedback_open_idx ON case_feedback (agency_id, due) WHERE answered_at IS NULL;

CREATE TABLE service_index_entries (
    agency_id UUID NOT NULL,
    year INTEGER NOT NULL,
    item TEXT NOT NULL,
    points NUMERIC(5, 2) NOT NULL,
    entered_at TIMESTAMP WITH TIME ZONE NOT NULL,
    entered_by UUID NOT NULL,
    CONSTRAINT service_index_entries_pkey PRIMARY KEY (agency_id, year, item),
    CONSTRAINT service_index_entries_points_within CHECK (points BETWEEN 0 AND 100),
    CONSTRAINT service_index_entries_agency_id_fkey FOREIGN KEY(agency_id) REFERENCES agencies (id) DEFERRABLE INITIALLY DEFERRED
);
