CREATE TABLE councils (
    id UUID NOT NULL,
    agency_id UUID NOT NULL,
    name TEXT NOT NULL,
    purpose TEXT NOT NULL,
    basis TEXT NOT NULL,
    decision_id UUID,
    valid_from DATE NOT NULL,
    valid_to DATE,
    quorum TEXT NOT NULL,
    passing TEXT NOT NULL,
    base TEXT NOT NULL,
    interested_count BOOLEAN NOT NULL,
    source TEXT NOT NULL,
    created_by UUID NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    rev INTEGER NOT NULL,
    CONSTRAINT councils_pkey PRIMARY KEY (id),
    CONSTRAINT councils_base_known CHECK (base IN ('present', 'members')),
    CONSTRAINT councils_ends_after_start CHECK (valid_to >= valid_from),
    CONSTRAINT councils_agency_id_fkey FOREIGN KEY(agency_id) REFERENCES agencies (id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT councils_decision_id_fkey FOREIGN KEY(decision_id) REFERENCES documents (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX councils_agency_id_idx ON councils (agency_id, id DESC);

CREATE TABLE council_members (
    council_id UUID NOT NULL,
    person_id UUID NOT NULL,
    place INTEGER NOT NULL,
    function TEXT NOT NULL,
    unit TEXT NOT NULL,
    votes BOOLEAN NOT NULL,
    CONSTRAINT council_members_pkey PRIMARY KEY (council_id, person_id),
    CONSTRAINT council_members_function_known CHECK (function IN ('chair', 'deputy_chair', 'secretary', 'reviewer', 'member')),
    CONSTRAINT council_members_only_secretaries_do_not_vote CHECK (votes OR function = 'secretary'),
    CONSTRAINT council_members_council_id_fkey FOREIGN KEY(council_id) REFERENCES councils (id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT council_members_person_id_fkey FOREIGN KEY(person_id) REFERENCES people (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX council_members_person_id_council_id_idx ON council_members (person_id, council_id);

CREATE TABLE council_sessions (
    id UUID NOT NULL,
    council_id UUID NOT NULL,
    agency_id UUID NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    place TEXT NOT NULL,
    form TEXT NOT NULL,
    ballot TEXT NOT NULL,
    until TIMESTAMP WITH TIME ZONE,
    convened_by UUID NOT NULL,
    convened_at TIMESTAMP WITH TIME ZONE NOT NULL,
    presiding UUID NOT NULL,
    state TEXT NOT NULL,
    present UUID[] DEFAULT '{}' NOT NULL,
    opened_at TIMESTAMP WITH TIME ZONE,
    ended_at TIMESTAMP WITH TIME ZONE,
    reason TEXT NOT NULL,
    rev INTEGER NOT NULL,
    CONSTRAINT council_sessions_pkey PRIMARY KEY (id),
    CONSTRAINT council_sessions_form_known CHECK (form IN ('meeting', 'written')),
    CONSTRAINT council_sessions_ballot_known CHECK (ballot IN ('open', 'secret')),
    CONSTRAINT council_sessions_state_known CHECK (state IN ('convened', 'open', 'closed', 'adjourned', 'cancelled')),
    CONSTRAINT council_sessions_written_has_its_day CHECK ((form = 'written') = (until IS NOT NULL)),
    CONSTRAINT council_sessions_end_has_time CHECK ((state IN ('convened', 'open')) = (ended_at IS NULL)),
    CONSTRAINT council_sessions_council_id_fkey FOREIGN KEY(council_id) REFERENCES councils (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX council_sessions_council_id_idx ON council_sessions (council_id, id DESC);

CREATE TABLE council_matters (
    id UUID NOT NULL,
    council_id UUID NOT NULL,
    agency_id UUID NOT NULL,
    document_id UUID NOT NULL,
    instance_id UUID NOT NULL,
    question TEXT NOT NULL,
    form TEXT NOT NULL,
    asked_at TIMESTAMP WITH TIME ZONE NOT NULL,
    state TEXT NOT NULL,
    session_id UUID,
    CONSTRAINT council_matters_pkey PRIMARY KEY (id),
    CONSTRAINT council_matters_form_known CHECK (form IN ('meeting', 'written')),
    CONSTRAINT council_matters_state_known CHECK (state IN ('waiting', 'convened', 'decided', 'withdrawn')),
    CONSTRAINT council_matters_agenda_whole CHECK ((state IN ('convened', 'decided')) = (session_id IS NOT NULL)),
    CONSTRAINT council_matters_council_id_fkey FOREIGN KEY(council_id) REFERENCES councils (id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT council_matters_document_id_fkey FOREIGN KEY(document_id) REFERENCES documents (id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT council_matters_instance_id_fkey FOREIGN KEY(instance_id) REFERENCES instances (id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT council_matters_session_id_fkey FOREIGN KEY(session_id) REFERENCES council_sessions (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX council_matters_document_id_id_idx ON council_matters (document_id, id);

CREATE INDEX council_matters_session_id_id_idx ON council_matters (session_id, id);

CREATE INDEX council_matters_waiting_idx ON council_matters (council_id, id) WHERE state = 'waiting';

CREATE TABLE council_interests (
    matter_id UUID NOT NULL,
    person_id UUID NOT NULL,
    reason TEXT NOT NULL,
    declared_by UUID NOT NULL,
    declared_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT council_interests_pkey PRIMARY KEY (matter_id, person_id),
    CONSTRAINT council_interests_matter_id_fkey FOREIGN KEY(matter_id) REFERENCES council_matters (id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT council_interests_person_id_fkey FOREIGN KEY(person_id) REFERENCES people (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE TABLE council_motions (
    id UUID NOT NULL,
    session_id UUID NOT NULL,
    matter_id UUID NOT NULL,
    agency_id UUID NOT NULL,
    ballot TEXT NOT NULL,
    presiding UUID NOT NULL,
    opened_by UUID NOT NULL,
    opened_at TIMESTAMP WITH TIME ZONE NOT NULL,
    round INTEGER NOT NULL,
    state TEXT NOT NULL,
    closed_at TIMESTAMP WITH TIME ZONE,
    reason TEXT NOT NULL,
    members INTEGER,
    present INTEGER,
    agreed INTEGER,
    disagreed INTEGER,
    abstained INTEGER,
    base INTEGER,
    passed BOOLEAN,
    CONSTRAINT council_motions_pkey PRIMARY KEY (id),
    CONSTRAINT council_motions_ballot_known CHECK (ballot IN ('open', 'secret')),
    CONSTRAINT council_motions_state_known CHECK (state IN ('open', 'closed', 'void')),
    CONSTRAINT council_motions_end_has_time CHECK ((state = 'open') = (closed_at IS NULL)),
    CONSTRAINT council_motions_result_whole CHECK ((state = 'closed') = (passed IS NOT NULL) AND (passed IS NULL) = (agreed + disagreed + abstained IS NULL) AND (passed IS NULL) = (members + present + base IS NULL)),
    CONSTRAINT council_motions_result_adds_up CHECK (agreed + disagreed + abstained <= present AND present <= members),
    CONSTRAINT council_motions_session_id_fkey FOREIGN KEY(session_id) REFERENCES council_sessions (id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT council_motions_matter_id_fkey FOREIGN KEY(matter_id) REFERENCES council_matters (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX council_motions_matter_id_id_idx ON council_motions (matter_id, id);

CREATE UNIQUE INDEX council_motions_open_idx ON council_motions (matter_id) WHERE state = 'open';

CREATE INDEX council_motions_session_id_id_idx ON council_motions (session_id, id);

CREATE TABLE council_ballots (
    motion_id UUID NOT NULL,
    person_id UUID NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    choice TEXT,
    opinion TEXT NOT NULL,
    sealed TEXT,
    CONSTRAINT council_ballots_pkey PRIMARY KEY (motion_id, person_id),
    CONSTRAINT council_ballots_choice_known CHECK (choice IN ('agree', 'disagree', 'abstain')),
    CONSTRAINT council_ballots_secret_or_open CHECK (choice IS NULL OR sealed IS NULL),
    CONSTRAINT council_ballots_secret_without_words CHECK (choice IS NOT NULL OR opinion = ''),
    CONSTRAINT council_ballots_motion_id_fkey FOREIGN KEY(motion_id) REFERENCES council_motions (id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT council_ballots_person_id_fkey FOREIGN KEY(person_id) REFERENCES people (id) DEFERRABLE INITIALLY DEFERRED
);

