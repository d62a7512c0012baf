-- The log as an outbox, webhooks, notices with their mail, and what was found of the neighbours.

-- Transactions commit in another order than they wrote. A leaf's position is that of its transaction: whoever reads up
-- to the oldest transaction that still writes has seen all there will ever be below. A database restored on another
-- server begins to count anew; 'migrate' then sets the epoch behind the highest position there is.
CREATE FUNCTION audit_epoch() RETURNS bigint LANGUAGE sql STABLE RETURN 0::bigint;

ALTER TABLE audit_events
    ADD COLUMN position BIGINT DEFAULT audit_epoch() + (pg_current_xact_id())::text::bigint NOT NULL;

CREATE INDEX audit_events_position_idx ON audit_events (position);

CREATE TABLE audit_cursors (
    name TEXT NOT NULL,
    position BIGINT NOT NULL,
    event_id UUID NOT NULL,
    CONSTRAINT audit_cursors_pkey PRIMARY KEY (name)
);

INSERT INTO audit_cursors (name, position, event_id)
VALUES ('notices', audit_epoch() + (pg_current_xact_id())::text::bigint, '00000000-0000-0000-0000-000000000000');

CREATE TABLE webhooks (
    id UUID NOT NULL,
    agency_id UUID NOT NULL,
    url TEXT NOT NULL,
    kinds TEXT[] NOT NULL,
    state TEXT NOT NULL,
    registered_at TIMESTAMP WITH TIME ZONE NOT NULL,
    registered_by UUID NOT NULL,
    CONSTRAINT webhooks_pkey PRIMARY KEY (id),
    CONSTRAINT webhooks_state_known CHECK (state IN ('active', 'disabled', 'removed')),
    CONSTRAINT webhooks_url_is_http CHECK (url ~ '^https?://'),
    CONSTRAINT webhooks_tells_something CHECK (cardinality(kinds) > 0),
    CONSTRAINT webhooks_agency_id_fkey FOREIGN KEY(agency_id) REFERENCES agencies (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX webhooks_agency_id_idx ON webhooks (agency_id, id);

CREATE TABLE webhook_secrets (
    webhook_id UUID NOT NULL,
    secret TEXT NOT NULL,
    CONSTRAINT webhook_secrets_pkey PRIMARY KEY (webhook_id),
    CONSTRAINT webhook_secrets_webhook_id_fkey FOREIGN KEY(webhook_id) REFERENCES webhooks (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE TABLE webhook_failures (
    webhook_id UUID NOT NULL,
    since TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT webhook_failures_pkey PRIMARY KEY (webhook_id),
    CONSTRAINT webhook_failures_webhook_id_fkey FOREIGN KEY(webhook_id) REFERENCES webhooks (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE TABLE webhook_deliveries (
    id UUID NOT NULL,
    webhook_id UUID NOT NULL,
    event_id UUID NOT NULL,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    next_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT webhook_deliveries_pkey PRIMARY KEY (id),
    CONSTRAINT webhook_deliveries_webhook_id_event_id_key UNIQUE (webhook_id, event_id),
    CONSTRAINT webhook_deliveries_state_known CHECK (state IN ('waiting', 'delivered', 'failed')),
    CONSTRAINT webhook_deliveries_attempts_from_zero CHECK (attempts >= 0),
    CONSTRAINT webhook_deliveries_webhook_id_fkey FOREIGN KEY(webhook_id) REFERENCES webhooks (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX webhook_deliveries_webhook_id_id_idx ON webhook_deliveries (webhook_id, id DESC);

CREATE INDEX webhook_deliveries_waiting_idx ON webhook_deliveries (webhook_id, next_at) WHERE state = 'waiting';

CREATE TABLE webhook_attempts (
    delivery_id UUID NOT NULL,
    ordinal INTEGER NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    took_ms INTEGER NOT NULL,
    status INTEGER,
    code TEXT,
    answer TEXT NOT NULL,
    CONSTRAINT webhook_attempts_pkey PRIMARY KEY (delivery_id, ordinal),
    CONSTRAINT webhook_attempts_answer_short CHECK (length(answer) <= 500),
    CONSTRAINT webhook_attempts_delivery_id_fkey FOREIGN KEY(delivery_id) REFERENCES webhook_deliveries (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE TABLE notices (
    id UUID NOT NULL,
    agency_id UUID NOT NULL,
    person_id UUID NOT NULL,
    kind TEXT NOT NULL,
    source TEXT NOT NULL,
    template TEXT NOT NULL,
    facts JSONB NOT NULL,
    path TEXT NOT NULL,
    work_item_id UUID,
    document_id UUID,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    app TEXT,
    mail TEXT,
    mail_id UUID,
    read_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT notices_pkey PRIMARY KEY (id),
    CONSTRAINT notices_person_id_source_key UNIQUE (person_id, source),
    CONSTRAINT notices_settled_whole CHECK ((app IS NULL) = (mail IS NULL)),
    CONSTRAINT notices_app_known CHECK (app IN ('off', 'at_once')),
    CONSTRAINT notices_mail_known CHECK (mail IN ('off', 'at_once', 'daily')),
    CONSTRAINT notices_person_id_fkey FOREIGN KEY(person_id) REFERENCES people (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX notices_list_idx ON notices (person_id, id DESC) WHERE app = 'at_once';

CREATE INDEX notices_unread_idx ON notices (person_id) WHERE app = 'at_once' AND read_at IS NULL;

CREATE INDEX notices_unsettled_idx ON notices (id) WHERE app IS NULL;

CREATE INDEX notices_daily_idx ON notices (person_id, id) WHERE mail = 'daily' AND mail_id IS NULL;

CREATE INDEX notices_work_item_id_idx ON notices (work_item_id) WHERE read_at IS NULL;

CREATE INDEX notices_mail_id_idx ON notices (mail_id) WHERE mail_id IS NOT NULL;

CREATE TABLE notice_preferences (
    person_id UUID NOT NULL,
    kind TEXT NOT NULL,
    app TEXT NOT NULL,
    mail TEXT NOT NULL,
    CONSTRAINT notice_preferences_pkey PRIMARY KEY (person_id, kind),
    CONSTRAINT notice_preferences_app_known CHECK (app IN ('off', 'at_once')),
    CONSTRAINT notice_preferences_mail_known CHECK (mail IN ('off', 'at_once', 'daily')),
    CONSTRAINT notice_preferences_person_id_fkey FOREIGN KEY(person_id) REFERENCES people (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE TABLE mail_addresses (
    person_id UUID NOT NULL,
    address TEXT NOT NULL,
    CONSTRAINT mail_addresses_pkey PRIMARY KEY (person_id),
    CONSTRAINT mail_addresses_person_id_fkey FOREIGN KEY(person_id) REFERENCES people (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE TABLE mails (
    id UUID NOT NULL,
    person_id UUID NOT NULL,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    next_at TIMESTAMP WITH TIME ZONE NOT NULL,
    code TEXT,
    CONSTRAINT mails_pkey PRIMARY KEY (id),
    CONSTRAINT mails_kind_known CHECK (kind IN ('at_once', 'daily')),
    CONSTRAINT mails_state_known CHECK (state IN ('waiting', 'sent', 'failed')),
    CONSTRAINT mails_person_id_fkey FOREIGN KEY(person_id) REFERENCES people (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX mails_waiting_idx ON mails (next_at) WHERE state = 'waiting';

CREATE TABLE checks (
    name TEXT NOT NULL,
    agency_id UUID,
    subject TEXT NOT NULL,
    state TEXT NOT NULL,
    code TEXT NOT NULL,
    template TEXT NOT NULL,
    facts JSONB NOT NULL,
    since TIMESTAMP WITH TIME ZONE NOT NULL,
    checked_at TIMESTAMP WITH TIME ZONE NOT NULL,
    took_ms INTEGER NOT NULL,
    CONSTRAINT checks_pkey PRIMARY KEY (name),
    CONSTRAINT checks_state_known CHECK (state IN ('good', 'warning', 'bad'))
);
