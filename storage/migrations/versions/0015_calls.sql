ALTER TABLE instances
    ADD COLUMN caller_id UUID,
    ADD COLUMN caller_task UUID,
    ADD COLUMN caller_element TEXT,
    ADD COLUMN call_depth SMALLINT,
    ADD COLUMN beside BOOLEAN DEFAULT false NOT NULL,
    ADD COLUMN with_caller BOOLEAN DEFAULT false NOT NULL,
    ADD COLUMN failed_with TEXT,
    DROP CONSTRAINT instances_document_id_key,
    ADD CONSTRAINT instances_caller_id_fkey FOREIGN KEY (caller_id) REFERENCES instances (id)
        DEFERRABLE INITIALLY DEFERRED,
    ADD CONSTRAINT instances_caller_whole CHECK (
        (caller_id IS NULL) = (caller_task IS NULL) AND (caller_id IS NULL) = (caller_element IS NULL)
        AND (caller_id IS NULL) = (call_depth IS NULL)
    ),
    ADD CONSTRAINT instances_depth_from_one CHECK (call_depth >= 1),
    ADD CONSTRAINT instances_caller_known CHECK (NOT with_caller OR caller_id IS NOT NULL),
    ADD CONSTRAINT instances_failed_is_over CHECK (
        failed_with IS NULL OR (finished_at IS NOT NULL AND cancelled_because IS NULL)
    );

CREATE UNIQUE INDEX instances_document_id_idx ON instances (document_id) WHERE NOT beside;
CREATE INDEX instances_beside_idx ON instances (document_id) WHERE beside;
CREATE INDEX instances_caller_id_idx ON instances (caller_id) WHERE caller_id IS NOT NULL;

ALTER TABLE timers ADD COLUMN counted_by INTEGER;

CREATE INDEX timers_counted_by_idx ON timers (agency_id, counted_by) WHERE counted_by IS NOT NULL;

ALTER TABLE active_definitions
    ADD COLUMN started_by TEXT,
    ADD CONSTRAINT active_definitions_started_by_key UNIQUE (started_by);
