CREATE TABLE assessments (
    dossier_id UUID NOT NULL,
    indicator TEXT NOT NULL,
    stage TEXT NOT NULL,
    value TEXT,
    note TEXT,
    opinion TEXT,
    by UUID NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    rev INTEGER NOT NULL,
    CONSTRAINT assessments_pkey PRIMARY KEY (dossier_id, indicator, stage),
    CONSTRAINT assessments_stage_known CHECK (stage IN ('self', 'verified', 'appraised')),
    CONSTRAINT assessments_opinion_known CHECK (opinion IN ('agreed', 'agreed_on_condition', 'not_agreed')),
    CONSTRAINT assessments_value_is_one CHECK (value ~ '^([0-9]+([.][0-9]+)?|true|false|n/a)$'),
    CONSTRAINT assessments_note_given CHECK (char_length(note) BETWEEN 1 AND 2000),
    CONSTRAINT assessments_dossier_id_fkey FOREIGN KEY (dossier_id) REFERENCES dossiers (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE TABLE evidence_files (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    dossier_id UUID NOT NULL,
    indicator TEXT NOT NULL,
    stage TEXT NOT NULL,
    file_id TEXT NOT NULL,
    name TEXT NOT NULL,
    added_at TIMESTAMP WITH TIME ZONE NOT NULL,
    added_by UUID NOT NULL,
    removed_at TIMESTAMP WITH TIME ZONE,
    removed_by UUID,
    CONSTRAINT evidence_files_pkey PRIMARY KEY (id),
    CONSTRAINT evidence_files_stage_known CHECK (stage IN ('self', 'verified', 'appraised')),
    CONSTRAINT evidence_files_name_given CHECK (char_length(name) BETWEEN 1 AND 200),
    CONSTRAINT evidence_files_removed_whole CHECK ((removed_at IS NULL) = (removed_by IS NULL)),
    CONSTRAINT evidence_files_dossier_id_fkey FOREIGN KEY (dossier_id) REFERENCES dossiers (id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT evidence_files_file_id_fkey FOREIGN KEY (file_id) REFERENCES files (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX evidence_files_file_id_idx ON evidence_files (file_id);

CREATE UNIQUE INDEX evidence_files_once_idx ON evidence_files (dossier_id, indicator, stage, file_id) WHERE removed_at IS NULL;

CREATE TABLE surveys (
    id UUID NOT NULL,
    dossier_id UUID NOT NULL,
    agency_id UUID NOT NULL,
    surveyor TEXT NOT NULL,
    households INTEGER NOT NULL,
    coverage NUMERIC NOT NULL,
    rate NUMERIC NOT NULL,
    certainty TEXT NOT NULL,
    opened_at TIMESTAMP WITH TIME ZONE NOT NULL,
    opened_by UUID NOT NULL,
    closes_on DATE,
    closed_at TIMESTAMP WITH TIME ZONE,
    closed_by UUID,
    CONSTRAINT surveys_pkey PRIMARY KEY (id),
    CONSTRAINT surveys_households_from_one CHECK (households >= 1),
    CONSTRAINT surveys_shares_are_percent CHECK (coverage BETWEEN 0 AND 100 AND rate BETWEEN 0 AND 100),
    CONSTRAINT surveys_closed_whole CHECK ((closed_at IS NULL) = (closed_by IS NULL)),
    CONSTRAINT surveys_dossier_id_fkey FOREIGN KEY (dossier_id) REFERENCES dossiers (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE UNIQUE INDEX surveys_one_open_idx ON surveys (dossier_id) WHERE closed_at IS NULL;

CREATE TABLE survey_households (
    survey_id UUID NOT NULL,
    number INTEGER NOT NULL,
    code_sha256 TEXT NOT NULL,
    answered BOOLEAN DEFAULT false NOT NULL,
    channel TEXT,
    CONSTRAINT survey_households_pkey PRIMARY KEY (survey_id, number),
    CONSTRAINT survey_households_channel_known CHECK (channel IN ('web', 'paper')),
    CONSTRAINT survey_households_number_from_one CHECK (number >= 1),
    CONSTRAINT survey_households_answered_whole CHECK (answered = (channel IS NOT NULL)),
    CONSTRAINT survey_households_survey_id_fkey FOREIGN KEY (survey_id) REFERENCES surveys (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE UNIQUE INDEX survey_households_code_idx ON survey_households (code_sha256);

CREATE TABLE survey_answers (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    survey_id UUID NOT NULL,
    satisfied BOOLEAN NOT NULL,
    comment TEXT,
    CONSTRAINT survey_answers_pkey PRIMARY KEY (id),
    CONSTRAINT survey_answers_comment_given CHECK (char_length(comment) BETWEEN 1 AND 1000),
    CONSTRAINT survey_answers_survey_id_fkey FOREIGN KEY (survey_id) REFERENCES surveys (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX survey_answers_survey_id_idx ON survey_answers (survey_id);

CREATE TABLE contributions (
    id UUID NOT NULL,
    dossier_id UUID NOT NULL,
    source TEXT NOT NULL,
    name TEXT NOT NULL,
    held_on DATE NOT NULL,
    present INTEGER NOT NULL,
    agreed INTEGER NOT NULL,
    text TEXT NOT NULL,
    response TEXT,
    file_id TEXT,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    recorded_by UUID NOT NULL,
    CONSTRAINT contributions_pkey PRIMARY KEY (id),
    CONSTRAINT contributions_source_known CHECK (source IN ('organisation', 'village_meeting', 'people')),
    CONSTRAINT contributions_agreed_were_present CHECK (agreed BETWEEN 0 AND present),
    CONSTRAINT contributions_dossier_id_fkey FOREIGN KEY (dossier_id) REFERENCES dossiers (id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT contributions_file_id_fkey FOREIGN KEY (file_id) REFERENCES files (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX contributions_dossier_id_id_idx ON contributions (dossier_id, id);


-- What a commune said of itself is frozen with its submission; what others say of it is not.
CREATE TRIGGER assessments_frozen BEFORE INSERT OR UPDATE ON assessments
FOR EACH ROW WHEN (NEW.stage = 'self') EXECUTE FUNCTION refuse_frozen();

CREATE TRIGGER evidence_files_frozen BEFORE INSERT OR UPDATE ON evidence_files
FOR EACH ROW WHEN (NEW.stage = 'self') EXECUTE FUNCTION refuse_frozen();
