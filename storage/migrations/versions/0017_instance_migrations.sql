CREATE TABLE instance_migrations (
    id UUID NOT NULL,
    agency_id UUID NOT NULL,
    definition_key TEXT NOT NULL,
    target_id UUID,
    mapping JSONB NOT NULL,
    reason TEXT NOT NULL,
    begun_at TIMESTAMP WITH TIME ZONE NOT NULL,
    begun_by UUID NOT NULL,
    state TEXT NOT NULL,
    undoes UUID,
    stopped_because TEXT,
    CONSTRAINT instance_migrations_pkey PRIMARY KEY (id),
    CONSTRAINT instance_migrations_target_id_fkey FOREIGN KEY (target_id) REFERENCES definitions (id)
        DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT instance_migrations_undoes_fkey FOREIGN KEY (undoes) REFERENCES instance_migrations (id)
        DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT instance_migrations_state_known CHECK (state IN ('running', 'stopped')),
    CONSTRAINT instance_migrations_reason_given CHECK (reason <> ''),
    CONSTRAINT instance_migrations_forth_or_back CHECK ((target_id IS NULL) = (undoes IS NOT NULL)),
    CONSTRAINT instance_migrations_stopped_whole CHECK (stopped_because IS NULL OR state = 'stopped')
);

CREATE INDEX instance_migrations_agency_id_idx ON instance_migrations (agency_id, id DESC);

CREATE TABLE migrated_instances (
    migration_id UUID NOT NULL,
    instance_id UUID NOT NULL,
    agency_id UUID NOT NULL,
    from_id UUID NOT NULL,
    to_id UUID NOT NULL,
    state TEXT NOT NULL,
    at TIMESTAMP WITH TIME ZONE,
    obstacles JSONB DEFAULT '[]' NOT NULL,
    renames JSONB DEFAULT '{}' NOT NULL,
    rev INTEGER,
    previous_state BYTEA,
    claims JSONB,
    CONSTRAINT migrated_instances_pkey PRIMARY KEY (migration_id, instance_id),
    CONSTRAINT migrated_instances_migration_id_fkey FOREIGN KEY (migration_id) REFERENCES instance_migrations (id)
        DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT migrated_instances_instance_id_fkey FOREIGN KEY (instance_id) REFERENCES instances (id)
        DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT migrated_instances_from_id_fkey FOREIGN KEY (from_id) REFERENCES definitions (id)
        DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT migrated_instances_to_id_fkey FOREIGN KEY (to_id) REFERENCES definitions (id)
        DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT migrated_instances_state_known CHECK (state IN ('waiting', 'done', 'refused', 'undone')),
    CONSTRAINT migrated_instances_settled_has_time CHECK ((state = 'waiting') = (at IS NULL)),
    CONSTRAINT migrated_instances_refused_says_why CHECK ((state = 'refused') = (obstacles <> '[]')),
    CONSTRAINT migrated_instances_back_whole CHECK (
        (rev IS NULL) = (previous_state IS NULL) AND (rev IS NULL) = (claims IS NULL)
        AND (state = 'done') = (rev IS NOT NULL)
    )
);

CREATE INDEX migrated_instances_instance_id_idx ON migrated_instances (instance_id);

CREATE INDEX migrated_instances_waiting_idx ON migrated_instances (migration_id, instance_id) WHERE state = 'waiting';

CREATE INDEX instances_running_idx ON instances (definition_id, id) WHERE finished_at IS NULL;
