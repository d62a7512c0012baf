CREATE TABLE circulations (
    id UUID NOT NULL,
    agency_id UUID NOT NULL,
    document_id UUID NOT NULL,
    asks TEXT NOT NULL,
    note TEXT NOT NULL,
    due DATE,
    begun_by UUID NOT NULL,
    begun_at TIMESTAMP WITH TIME ZONE NOT NULL,
    closed_at TIMESTAMP WITH TIME ZONE,
    rev INTEGER NOT NULL,
    CONSTRAINT circulations_pkey PRIMARY KEY (id),
    CONSTRAINT circulations_asks_known CHECK (asks IN ('read', 'answer')),
    CONSTRAINT circulations_agency_id_fkey FOREIGN KEY(agency_id) REFERENCES agencies (id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT circulations_document_id_fkey FOREIGN KEY(document_id) REFERENCES documents (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX circulations_agency_id_idx ON circulations (agency_id, id DESC);

CREATE INDEX circulations_due_idx ON circulations (due, id) WHERE closed_at IS NULL AND due IS NOT NULL;

CREATE TABLE circulation_addressees (
    circulation_id UUID NOT NULL,
    agency_id UUID NOT NULL,
    incoming_id UUID,
    read_at TIMESTAMP WITH TIME ZONE,
    readers INTEGER NOT NULL,
    answered_at TIMESTAMP WITH TIME ZONE,
    reminded_at TIMESTAMP WITH TIME ZONE,
    reminders INTEGER NOT NULL,
    CONSTRAINT circulation_addressees_pkey PRIMARY KEY (circulation_id, agency_id),
    CONSTRAINT circulation_addressees_readers_counted CHECK ((readers = 0) = (read_at IS NULL)),
    CONSTRAINT circulation_addressees_reminders_counted CHECK ((reminders = 0) = (reminded_at IS NULL)),
    CONSTRAINT circulation_addressees_circulation_id_fkey FOREIGN KEY(circulation_id) REFERENCES circulations (id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT circulation_addressees_agency_id_fkey FOREIGN KEY(agency_id) REFERENCES agencies (id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT circulation_addressees_incoming_id_fkey FOREIGN KEY(incoming_id) REFERENCES documents (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX circulation_addressees_agency_id_idx ON circulation_addressees (agency_id, circulation_id DESC);

CREATE INDEX circulation_addressees_incoming_id_idx ON circulation_addressees (incoming_id);

CREATE INDEX circulation_addressees_unsent_idx ON circulation_addressees (circulation_id) WHERE incoming_id IS NULL;

CREATE TABLE circulation_readings (
    circulation_id UUID NOT NULL,
    person_id UUID NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT circulation_readings_pkey PRIMARY KEY (circulation_id, person_id),
    CONSTRAINT circulation_readings_circulation_id_fkey FOREIGN KEY(circulation_id) REFERENCES circulations (id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT circulation_readings_person_id_fkey FOREIGN KEY(person_id) REFERENCES people (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE TABLE circulation_answers (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    circulation_id UUID NOT NULL,
    agency_id UUID NOT NULL,
    by UUID NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    text TEXT NOT NULL,
    document_id UUID,
    CONSTRAINT circulation_answers_pkey PRIMARY KEY (id),
    CONSTRAINT circulation_answers_says_something CHECK (text <> '' OR document_id IS NOT NULL),
    CONSTRAINT circulation_answers_circulation_id_fkey FOREIGN KEY(circulation_id) REFERENCES circulations (id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT circulation_answers_agency_id_fkey FOREIGN KEY(agency_id) REFERENCES agencies (id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT circulation_answers_by_fkey FOREIGN KEY(by) REFERENCES people (id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT circulation_answers_document_id_fkey FOREIGN KEY(document_id) REFERENCES documents (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX circulation_answers_circulation_id_id_idx ON circulation_answers (circulation_id, id);

