-- Every table as first laid out. Keys to other rows are looked for when the transaction commits.

CREATE TABLE agencies (
    id UUID NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    symbol TEXT NOT NULL,
    place TEXT NOT NULL,
    parent_name TEXT,
    CONSTRAINT agencies_pkey PRIMARY KEY (id),
    CONSTRAINT agencies_code_key UNIQUE (code)
);

CREATE TABLE audit_events (
    id UUID NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    actor UUID NOT NULL,
    agency_id UUID NOT NULL,
    action TEXT NOT NULL,
    subject_type TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    leaf BYTEA NOT NULL,
    leaf_hash BYTEA NOT NULL,
    CONSTRAINT audit_events_pkey PRIMARY KEY (id),
    CONSTRAINT audit_events_hash_is_of_leaf CHECK (leaf_hash = sha256('\x00'::bytea || leaf))
);

CREATE INDEX audit_events_agency_id_idx ON audit_events (agency_id, id DESC);

CREATE INDEX audit_events_agency_id_subject_id_idx ON audit_events (agency_id, subject_id, id DESC);

CREATE TABLE definitions (
    id UUID NOT NULL,
    agency_id UUID NOT NULL,
    key TEXT NOT NULL,
    version INTEGER NOT NULL,
    name TEXT NOT NULL,
    bundle_sha256 TEXT NOT NULL,
    deployed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    deployed_by UUID NOT NULL,
    CONSTRAINT definitions_pkey PRIMARY KEY (id),
    CONSTRAINT definitions_agency_id_key_version_key UNIQUE (agency_id, key, version),
    CONSTRAINT definitions_version_from_one CHECK (version >= 1),
    CONSTRAINT definitions_bundle_is_digest CHECK (bundle_sha256 ~ '^[0-9a-f]{64}$')
);

CREATE TABLE failed_sign_ins (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    username TEXT NOT NULL,
    address TEXT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT failed_sign_ins_pkey PRIMARY KEY (id)
);

CREATE INDEX failed_sign_ins_username_address_at_idx ON failed_sign_ins (username, address, at);

CREATE TABLE files (
    id TEXT NOT NULL,
    size BIGINT NOT NULL,
    media_type TEXT NOT NULL,
    pages INTEGER NOT NULL,
    signatures INTEGER NOT NULL,
    stored_at TIMESTAMP WITH TIME ZONE NOT NULL,
    stored_by UUID NOT NULL,
    agency_id UUID NOT NULL,
    CONSTRAINT files_pkey PRIMARY KEY (id),
    CONSTRAINT files_id_is_digest CHECK (id ~ '^[0-9a-f]{64}$'),
    CONSTRAINT files_counts_not_negative CHECK (size >= 0 AND pages >= 0 AND signatures >= 0)
);

CREATE TABLE requests (
    person_id UUID NOT NULL,
    key TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    made UUID NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT requests_pkey PRIMARY KEY (person_id, key)
);

CREATE TABLE audit_private (
    event_id UUID NOT NULL,
    path TEXT NOT NULL,
    salt BYTEA NOT NULL,
    value TEXT NOT NULL,
    CONSTRAINT audit_private_pkey PRIMARY KEY (event_id, path),
    CONSTRAINT audit_private_salt_long_enough CHECK (length(salt) >= 16),
    CONSTRAINT audit_private_event_id_fkey FOREIGN KEY(event_id) REFERENCES audit_events (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE TABLE definition_files (
    definition_id UUID NOT NULL,
    name TEXT NOT NULL,
    content BYTEA NOT NULL,
    CONSTRAINT definition_files_pkey PRIMARY KEY (definition_id, name),
    CONSTRAINT definition_files_definition_id_fkey FOREIGN KEY(definition_id) REFERENCES definitions (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE TABLE people (
    id UUID NOT NULL,
    agency_id UUID NOT NULL,
    username TEXT NOT NULL,
    name TEXT NOT NULL,
    title TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    position INTEGER NOT NULL,
    CONSTRAINT people_pkey PRIMARY KEY (id),
    CONSTRAINT people_agency_id_position_key UNIQUE (agency_id, position),
    CONSTRAINT people_password_hashed CHECK (password_hash LIKE '$argon2%%'),
    CONSTRAINT people_agency_id_fkey FOREIGN KEY(agency_id) REFERENCES agencies (id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT people_username_key UNIQUE (username)
);

CREATE TABLE registers (
    id UUID NOT NULL,
    agency_id UUID NOT NULL,
    direction TEXT NOT NULL,
    name TEXT NOT NULL,
    CONSTRAINT registers_pkey PRIMARY KEY (id),
    CONSTRAINT registers_agency_id_direction_key UNIQUE (agency_id, direction),
    CONSTRAINT registers_direction_known CHECK (direction IN ('incoming', 'outgoing')),
    CONSTRAINT registers_agency_id_fkey FOREIGN KEY(agency_id) REFERENCES agencies (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE TABLE units (
    id UUID NOT NULL,
    agency_id UUID NOT NULL,
    name TEXT NOT NULL,
    symbol TEXT NOT NULL,
    position INTEGER NOT NULL,
    CONSTRAINT units_pkey PRIMARY KEY (id),
    CONSTRAINT units_agency_id_position_key UNIQUE (agency_id, position),
    CONSTRAINT units_agency_id_fkey FOREIGN KEY(agency_id) REFERENCES agencies (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE TABLE uploads (
    file_id TEXT NOT NULL,
    person_id UUID NOT NULL,
    CONSTRAINT uploads_pkey PRIMARY KEY (file_id, person_id),
    CONSTRAINT uploads_file_id_fkey FOREIGN KEY(file_id) REFERENCES files (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE TABLE documents (
    id UUID NOT NULL,
    agency_id UUID NOT NULL,
    direction TEXT NOT NULL,
    state TEXT NOT NULL,
    type TEXT NOT NULL,
    subject TEXT NOT NULL,
    urgency SMALLINT NOT NULL,
    file_id TEXT NOT NULL,
    version INTEGER NOT NULL,
    attachments JSONB DEFAULT '[]' NOT NULL,
    reader_units UUID[] DEFAULT '{}' NOT NULL,
    reader_people UUID[] DEFAULT '{}' NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    created_by UUID NOT NULL,
    rev INTEGER NOT NULL,
    issued_date DATE,
    code_number TEXT,
    code_notation TEXT,
    organ_name TEXT,
    due_date DATE,
    arrival_number INTEGER,
    arrival_date DATE,
    delivery_id UUID,
    result TEXT,
    drafter UUID,
    unit_id UUID,
    signer UUID,
    body TEXT,
    recipients UUID[] DEFAULT '{}' NOT NULL,
    replies_to UUID[] DEFAULT '{}' NOT NULL,
    number TEXT,
    search TEXT GENERATED ALWAYS AS (vanthu_fold(subject || ' ' || coalesce(organ_name, '') || ' ' || coalesce(number, '') || ' ' || coalesce(code_number || '/' || code_notation, '') || ' ' || coalesce(arrival_number::text, ''))) STORED NOT NULL,
    CONSTRAINT documents_pkey PRIMARY KEY (id),
    CONSTRAINT documents_direction_known CHECK (direction IN ('incoming', 'outgoing')),
    CONSTRAINT documents_urgency_known CHECK (urgency BETWEEN 0 AND 3),
    CONSTRAINT documents_subject_given CHECK (subject <> ''),
    CONSTRAINT documents_counts_from_start CHECK (version >= 1 AND rev >= 0),
    CONSTRAINT documents_state_known CHECK (CASE direction WHEN 'incoming' THEN state IN ('received', 'registered', 'directed', 'assigned', 'in_progress', 'closed', 'refused') ELSE state IN ('draft', 'in_review', 'to_sign', 'signing', 'signed', 'numbered', 'sealed', 'issued', 'recalled', 'cancelled') END),
    CONSTRAINT documents_incoming_whole CHECK ((direction = 'incoming') = (code_number IS NOT NULL AND code_notation IS NOT NULL AND organ_name IS NOT NULL)),
    CONSTRAINT documents_outgoing_whole CHECK ((direction = 'outgoing') = (drafter IS NOT NULL AND unit_id IS NOT NULL AND signer IS NOT NULL)),
    CONSTRAINT documents_arrival_whole CHECK ((arrival_number IS NULL) = (arrival_date IS NULL)),
    CONSTRAINT documents_registered_before_handled CHECK (direction = 'outgoing' OR state IN ('received', 'refused') OR arrival_number IS NOT NULL),
    CONSTRAINT documents_number_whole CHECK (direction = 'incoming' OR (number IS NULL) = (issued_date IS NULL)),
    CONSTRAINT documents_number_fits_state CHECK (direction = 'incoming' OR CASE WHEN state IN ('numbered', 'sealed', 'issued', 'recalled') THEN number IS NOT NULL ELSE number IS NULL OR state = 'cancelled' END),
    CONSTRAINT documents_drafter_does_not_sign CHECK (signer <> drafter),
    CONSTRAINT documents_agency_id_fkey FOREIGN KEY(agency_id) REFERENCES agencies (id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT documents_file_id_fkey FOREIGN KEY(file_id) REFERENCES files (id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT documents_unit_id_fkey FOREIGN KEY(unit_id) REFERENCES units (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX documents_agency_id_idx ON documents (agency_id, id DESC);

CREATE INDEX documents_attachments_idx ON documents USING gin (attachments jsonb_path_ops);

CREATE INDEX documents_reader_people_idx ON documents USING gin (reader_people);

CREATE INDEX documents_reader_units_idx ON documents USING gin (reader_units);

CREATE INDEX documents_replies_to_idx ON documents USING gin (replies_to);

CREATE INDEX documents_same_paper_idx ON documents (agency_id, code_number, code_notation) WHERE arrival_number IS NOT NULL;

CREATE INDEX documents_search_idx ON documents USING gin (search gin_trgm_ops);

CREATE TABLE posts (
    person_id UUID NOT NULL,
    position INTEGER NOT NULL,
    agency_id UUID NOT NULL,
    role TEXT NOT NULL,
    unit_id UUID,
    CONSTRAINT posts_pkey PRIMARY KEY (person_id, position),
    CONSTRAINT posts_role_known CHECK (role IN ('clerk', 'chief_of_office', 'head_of_unit', 'specialist', 'deputy_head', 'head', 'auditor', 'administrator')),
    CONSTRAINT posts_person_id_fkey FOREIGN KEY(person_id) REFERENCES people (id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT posts_agency_id_fkey FOREIGN KEY(agency_id) REFERENCES agencies (id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT posts_unit_id_fkey FOREIGN KEY(unit_id) REFERENCES units (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX posts_agency_id_role_idx ON posts (agency_id, role);

CREATE TABLE register_counters (
    register_id UUID NOT NULL,
    year INTEGER NOT NULL,
    last INTEGER NOT NULL,
    CONSTRAINT register_counters_pkey PRIMARY KEY (register_id, year),
    CONSTRAINT register_counters_last_from_one CHECK (last >= 1),
    CONSTRAINT register_counters_register_id_fkey FOREIGN KEY(register_id) REFERENCES registers (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE TABLE sessions (
    id UUID NOT NULL,
    person_id UUID NOT NULL,
    token_sha256 TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT sessions_pkey PRIMARY KEY (id),
    CONSTRAINT sessions_token_hashed CHECK (token_sha256 ~ '^[0-9a-f]{64}$'),
    CONSTRAINT sessions_ends_after_start CHECK (expires_at > created_at),
    CONSTRAINT sessions_person_id_fkey FOREIGN KEY(person_id) REFERENCES people (id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT sessions_token_sha256_key UNIQUE (token_sha256)
);

CREATE INDEX sessions_person_id_idx ON sessions (person_id);

CREATE TABLE archived_files (
    document_id UUID NOT NULL,
    file_id TEXT NOT NULL,
    version_id TEXT,
    archived_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT archived_files_pkey PRIMARY KEY (document_id, file_id),
    CONSTRAINT archived_files_document_id_fkey FOREIGN KEY(document_id) REFERENCES documents (id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT archived_files_file_id_fkey FOREIGN KEY(file_id) REFERENCES files (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE TABLE deliveries (
    id UUID NOT NULL,
    from_agency UUID NOT NULL,
    to_agency UUID NOT NULL,
    outgoing_id UUID NOT NULL,
    incoming_id UUID NOT NULL,
    state TEXT NOT NULL,
    sent_at TIMESTAMP WITH TIME ZONE NOT NULL,
    state_at TIMESTAMP WITH TIME ZONE NOT NULL,
    reason TEXT,
    CONSTRAINT deliveries_pkey PRIMARY KEY (id),
    CONSTRAINT deliveries_outgoing_id_to_agency_key UNIQUE (outgoing_id, to_agency),
    CONSTRAINT deliveries_incoming_id_key UNIQUE (incoming_id),
    CONSTRAINT deliveries_state_known CHECK (state IN ('01', '02', '03', '04', '05', '06')),
    CONSTRAINT deliveries_refusal_has_reason CHECK (state <> '02' OR reason IS NOT NULL),
    CONSTRAINT deliveries_from_agency_fkey FOREIGN KEY(from_agency) REFERENCES agencies (id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT deliveries_to_agency_fkey FOREIGN KEY(to_agency) REFERENCES agencies (id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT deliveries_outgoing_id_fkey FOREIGN KEY(outgoing_id) REFERENCES documents (id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT deliveries_incoming_id_fkey FOREIGN KEY(incoming_id) REFERENCES documents (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE TABLE directives (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    document_id UUID NOT NULL,
    agency_id UUID NOT NULL,
    given_at TIMESTAMP WITH TIME ZONE NOT NULL,
    given_by UUID NOT NULL,
    lead_unit UUID NOT NULL,
    coordinating_units UUID[] DEFAULT '{}' NOT NULL,
    due_date DATE,
    note TEXT,
    CONSTRAINT directives_pkey PRIMARY KEY (id),
    CONSTRAINT directives_document_id_fkey FOREIGN KEY(document_id) REFERENCES documents (id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT directives_lead_unit_fkey FOREIGN KEY(lead_unit) REFERENCES units (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX directives_document_id_id_idx ON directives (document_id, id);

CREATE TABLE document_versions (
    document_id UUID NOT NULL,
    ordinal INTEGER NOT NULL,
    kind TEXT NOT NULL,
    file_id TEXT NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    made_by UUID NOT NULL,
    CONSTRAINT document_versions_pkey PRIMARY KEY (document_id, ordinal),
    CONSTRAINT document_versions_kind_known CHECK (kind IN ('original', 'prepared', 'signed', 'numbered', 'sealed', 'final')),
    CONSTRAINT document_versions_ordinal_from_one CHECK (ordinal >= 1),
    CONSTRAINT document_versions_document_id_fkey FOREIGN KEY(document_id) REFERENCES documents (id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT document_versions_file_id_fkey FOREIGN KEY(file_id) REFERENCES files (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX document_versions_file_id_idx ON document_versions (file_id);

CREATE TABLE instances (
    id UUID NOT NULL,
    agency_id UUID NOT NULL,
    definition_id UUID NOT NULL,
    definition_key TEXT NOT NULL,
    bundle_sha256 TEXT NOT NULL,
    document_id UUID NOT NULL,
    state BYTEA NOT NULL,
    started_at TIMESTAMP WITH TIME ZONE NOT NULL,
    finished_at TIMESTAMP WITH TIME ZONE,
    rev INTEGER NOT NULL,
    CONSTRAINT instances_pkey PRIMARY KEY (id),
    CONSTRAINT instances_document_id_key UNIQUE (document_id),
    CONSTRAINT instances_rev_from_zero CHECK (rev >= 0),
    CONSTRAINT instances_definition_id_fkey FOREIGN KEY(definition_id) REFERENCES definitions (id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT instances_document_id_fkey FOREIGN KEY(document_id) REFERENCES documents (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE TABLE register_entries (
    id UUID NOT NULL,
    register_id UUID NOT NULL,
    agency_id UUID NOT NULL,
    year INTEGER NOT NULL,
    number INTEGER NOT NULL,
    printed TEXT NOT NULL,
    document_id UUID NOT NULL,
    entered_at TIMESTAMP WITH TIME ZONE NOT NULL,
    entered_by UUID NOT NULL,
    entered_on DATE NOT NULL,
    cancelled_at TIMESTAMP WITH TIME ZONE,
    cancelled_reason TEXT,
    CONSTRAINT register_entries_pkey PRIMARY KEY (id),
    CONSTRAINT register_entries_register_id_year_number_key UNIQUE (register_id, year, number),
    CONSTRAINT register_entries_number_from_one CHECK (number >= 1),
    CONSTRAINT register_entries_cancelled_whole CHECK ((cancelled_at IS NULL) = (cancelled_reason IS NULL)),
    CONSTRAINT register_entries_year_of_entry CHECK (extract(year FROM entered_on) = year),
    CONSTRAINT register_entries_register_id_fkey FOREIGN KEY(register_id) REFERENCES registers (id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT register_entries_document_id_fkey FOREIGN KEY(document_id) REFERENCES documents (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE UNIQUE INDEX register_entries_document_id_idx ON register_entries (document_id) WHERE cancelled_at IS NULL;

CREATE TABLE validation_reports (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    document_id UUID NOT NULL,
    file_id TEXT NOT NULL,
    report JSONB NOT NULL,
    CONSTRAINT validation_reports_pkey PRIMARY KEY (id),
    CONSTRAINT validation_reports_document_id_fkey FOREIGN KEY(document_id) REFERENCES documents (id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT validation_reports_file_id_fkey FOREIGN KEY(file_id) REFERENCES files (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX validation_reports_document_id_idx ON validation_reports (document_id, id DESC);

CREATE TABLE activities (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    instance_id UUID NOT NULL,
    agency_id UUID NOT NULL,
    task_id UUID NOT NULL,
    element_id TEXT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    movement TEXT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    actor UUID NOT NULL,
    outcome TEXT,
    CONSTRAINT activities_pkey PRIMARY KEY (id),
    CONSTRAINT activities_movement_known CHECK (movement IN ('entered', 'left')),
    CONSTRAINT activities_instance_id_fkey FOREIGN KEY(instance_id) REFERENCES instances (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX activities_instance_id_id_idx ON activities (instance_id, id);

CREATE TABLE incidents (
    id UUID NOT NULL,
    agency_id UUID NOT NULL,
    instance_id UUID NOT NULL,
    document_id UUID NOT NULL,
    task_id UUID NOT NULL,
    element_id TEXT NOT NULL,
    operation TEXT NOT NULL,
    parameters TEXT NOT NULL,
    code TEXT NOT NULL,
    message TEXT NOT NULL,
    first_seen TIMESTAMP WITH TIME ZONE NOT NULL,
    last_seen TIMESTAMP WITH TIME ZONE NOT NULL,
    times INTEGER NOT NULL,
    state TEXT NOT NULL,
    CONSTRAINT incidents_pkey PRIMARY KEY (id),
    CONSTRAINT incidents_state_known CHECK (state IN ('open', 'retrying', 'resolved')),
    CONSTRAINT incidents_times_from_one CHECK (times >= 1),
    CONSTRAINT incidents_seen_in_order CHECK (last_seen >= first_seen),
    CONSTRAINT incidents_instance_id_fkey FOREIGN KEY(instance_id) REFERENCES instances (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX incidents_agency_id_idx ON incidents (agency_id, id DESC);

CREATE UNIQUE INDEX incidents_task_id_idx ON incidents (task_id) WHERE state <> 'resolved';

CREATE TABLE work_items (
    id UUID NOT NULL,
    agency_id UUID NOT NULL,
    instance_id UUID NOT NULL,
    task_id UUID NOT NULL,
    element_id TEXT NOT NULL,
    name TEXT NOT NULL,
    name_en TEXT NOT NULL,
    document_id UUID NOT NULL,
    roles TEXT[] NOT NULL,
    unit_id UUID,
    assignee UUID,
    excluded UUID[] DEFAULT '{}' NOT NULL,
    urgency SMALLINT NOT NULL,
    opened_at TIMESTAMP WITH TIME ZONE NOT NULL,
    due_date DATE,
    state TEXT NOT NULL,
    waiting_for TEXT,
    waiting_since TIMESTAMP WITH TIME ZONE,
    outcome TEXT,
    completed_by UUID,
    completed_at TIMESTAMP WITH TIME ZONE,
    rev INTEGER NOT NULL,
    CONSTRAINT work_items_pkey PRIMARY KEY (id),
    CONSTRAINT work_items_state_known CHECK (state IN ('open', 'signing', 'completed', 'cancelled')),
    CONSTRAINT work_items_somebody_may CHECK (cardinality(roles) > 0 OR assignee IS NOT NULL),
    CONSTRAINT work_items_waiting_whole CHECK ((waiting_for IS NULL) = (waiting_since IS NULL)),
    CONSTRAINT work_items_completed_whole CHECK ((state = 'completed') = (outcome IS NOT NULL AND completed_by IS NOT NULL)),
    CONSTRAINT work_items_end_has_time CHECK ((state IN ('completed', 'cancelled')) = (completed_at IS NOT NULL)),
    CONSTRAINT work_items_not_done_by_excluded CHECK (completed_by IS NULL OR completed_by <> ALL (excluded)),
    CONSTRAINT work_items_instance_id_fkey FOREIGN KEY(instance_id) REFERENCES instances (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX work_items_assignee_idx ON work_items (assignee) WHERE state = 'open';

CREATE INDEX work_items_inbox_idx ON work_items (agency_id, urgency DESC, id) WHERE state = 'open';

CREATE INDEX work_items_instance_id_idx ON work_items (instance_id) WHERE state IN ('open', 'signing');

CREATE INDEX work_items_roles_idx ON work_items USING gin (roles) WHERE state = 'open';

CREATE UNIQUE INDEX work_items_task_id_idx ON work_items (task_id) WHERE state IN ('open', 'signing');

CREATE TABLE signings (
    id UUID NOT NULL,
    agency_id UUID NOT NULL,
    document_id UUID NOT NULL,
    instance_id UUID NOT NULL,
    work_item_id UUID NOT NULL,
    field TEXT NOT NULL,
    outcome TEXT NOT NULL,
    key_id TEXT NOT NULL,
    digest TEXT NOT NULL,
    prepared_file_id TEXT NOT NULL,
    prepared TEXT NOT NULL,
    asked_at TIMESTAMP WITH TIME ZONE NOT NULL,
    asked_by UUID NOT NULL,
    state TEXT NOT NULL,
    signed_file_id TEXT,
    signed_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT signings_pkey PRIMARY KEY (id),
    CONSTRAINT signings_state_known CHECK (state IN ('digested', 'signed')),
    CONSTRAINT signings_digest_is_one CHECK (digest ~ '^[0-9a-f]{64}$'),
    CONSTRAINT signings_signed_whole CHECK ((state = 'signed') = (signed_file_id IS NOT NULL AND signed_at IS NOT NULL)),
    CONSTRAINT signings_document_id_fkey FOREIGN KEY(document_id) REFERENCES documents (id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT signings_instance_id_fkey FOREIGN KEY(instance_id) REFERENCES instances (id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT signings_work_item_id_key UNIQUE (work_item_id),
    CONSTRAINT signings_work_item_id_fkey FOREIGN KEY(work_item_id) REFERENCES work_items (id),
    CONSTRAINT signings_prepared_file_id_fkey FOREIGN KEY(prepared_file_id) REFERENCES files (id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT signings_signed_file_id_fkey FOREIGN KEY(signed_file_id) REFERENCES files (id) DEFERRABLE INITIALLY DEFERRED
);
