CREATE TABLE calendar_years (
    agency_id UUID NOT NULL,
    year SMALLINT NOT NULL,
    morning_start TIME WITHOUT TIME ZONE NOT NULL,
    morning_end TIME WITHOUT TIME ZONE NOT NULL,
    afternoon_start TIME WITHOUT TIME ZONE NOT NULL,
    afternoon_end TIME WITHOUT TIME ZONE NOT NULL,
    confirmed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    confirmed_by UUID NOT NULL,
    rev INTEGER NOT NULL,
    CONSTRAINT calendar_years_pkey PRIMARY KEY (agency_id, year),
    CONSTRAINT calendar_years_agency_id_fkey FOREIGN KEY (agency_id) REFERENCES agencies (id)
        DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT calendar_years_year_in_range CHECK (year BETWEEN 2000 AND 2100),
    CONSTRAINT calendar_years_hours_in_order CHECK (
        morning_start < morning_end AND morning_end <= afternoon_start AND afternoon_start < afternoon_end
    ),
    CONSTRAINT calendar_years_rev_from_one CHECK (rev >= 1)
);

CREATE TABLE calendar_days (
    agency_id UUID NOT NULL,
    year SMALLINT NOT NULL,
    day DATE NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    CONSTRAINT calendar_days_pkey PRIMARY KEY (agency_id, day),
    CONSTRAINT calendar_days_agency_id_fkey FOREIGN KEY (agency_id, year) REFERENCES calendar_years (agency_id, year)
        DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT calendar_days_kind_known CHECK (kind IN ('off', 'make_up', 'morning_only')),
    CONSTRAINT calendar_days_day_of_year CHECK (year = EXTRACT(year FROM day)),
    CONSTRAINT calendar_days_make_up_on_weekend CHECK (kind <> 'make_up' OR EXTRACT(isodow FROM day) > 5),
    CONSTRAINT calendar_days_off_on_weekday CHECK (kind <> 'off' OR EXTRACT(isodow FROM day) <= 5)
);

ALTER TABLE documents ADD COLUMN pauses JSONB DEFAULT '[]' NOT NULL;

CREATE INDEX documents_due_idx ON documents (agency_id, due_date, id)
WHERE due_date IS NOT NULL AND state NOT IN ('closed', 'refused');

ALTER TABLE work_items
    ADD COLUMN due_at TIMESTAMP WITH TIME ZONE,
    ADD COLUMN term TEXT,
    ADD COLUMN calendar_version INTEGER DEFAULT 0 NOT NULL;

-- What was due on a day is due at its end, in the time of Việt Nam. The machine itself moves no work: no leaf is asked.
ALTER TABLE work_items DISABLE TRIGGER work_items_has_leaf;
UPDATE work_items SET due_at = (due_date + time '23:59:59') AT TIME ZONE 'Asia/Ho_Chi_Minh' WHERE due_date IS NOT NULL;
ALTER TABLE work_items ENABLE TRIGGER work_items_has_leaf;

ALTER TABLE work_items
    ADD CONSTRAINT work_items_term_ends CHECK (term IS NULL OR due_at IS NOT NULL),
    ADD CONSTRAINT work_items_due_whole CHECK ((due_at IS NULL) = (due_date IS NULL));

DROP INDEX work_items_inbox_idx;
CREATE INDEX work_items_inbox_idx ON work_items (agency_id, urgency DESC, due_at, id) WHERE state = 'open';
CREATE INDEX work_items_due_idx ON work_items (agency_id, due_at, id) WHERE state = 'open';
