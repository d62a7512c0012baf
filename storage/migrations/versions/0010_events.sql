-- Rows of both tables say what the state of an instance says, where it can be found: they ask for no leaf of their own.

ALTER TABLE instances ADD COLUMN waits TEXT DEFAULT '' NOT NULL;

CREATE TABLE timers (
    instance_id UUID NOT NULL,
    task_id UUID NOT NULL,
    agency_id UUID NOT NULL,
    element_id TEXT NOT NULL,
    due_at TIMESTAMP WITH TIME ZONE NOT NULL,
    try_at TIMESTAMP WITH TIME ZONE NOT NULL,
    failures INTEGER DEFAULT 0 NOT NULL,
    CONSTRAINT timers_pkey PRIMARY KEY (instance_id, task_id),
    CONSTRAINT timers_instance_id_fkey FOREIGN KEY (instance_id) REFERENCES instances (id)
        DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT timers_not_before_due CHECK (try_at >= due_at),
    CONSTRAINT timers_failures_counted CHECK (failures >= 0)
);

CREATE INDEX timers_try_at_idx ON timers (try_at);

-- Wakes the workers; it is heard when the transaction commits.
CREATE FUNCTION tell_timers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NOTIFY vanthu_timers;
    RETURN NULL;
END;
$$;

CREATE TRIGGER timers_told AFTER INSERT OR UPDATE OF try_at ON timers
FOR EACH STATEMENT EXECUTE FUNCTION tell_timers();

CREATE TABLE subscriptions (
    instance_id UUID NOT NULL,
    task_id UUID NOT NULL,
    agency_id UUID NOT NULL,
    element_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    correlation TEXT,
    CONSTRAINT subscriptions_pkey PRIMARY KEY (instance_id, task_id),
    CONSTRAINT subscriptions_instance_id_fkey FOREIGN KEY (instance_id) REFERENCES instances (id)
        DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT subscriptions_kind_known CHECK (kind IN ('message', 'signal')),
    CONSTRAINT subscriptions_words_fit_index CHECK (length(name) <= 200 AND length(correlation) <= 200)
);

CREATE INDEX subscriptions_agency_id_name_correlation_idx ON subscriptions (agency_id, name, correlation);
