ALTER TABLE instances
    ADD COLUMN suspended_at TIMESTAMP WITH TIME ZONE,
    ADD COLUMN suspended_because TEXT,
    ADD COLUMN cancelled_because TEXT,
    ADD CONSTRAINT instances_suspended_whole CHECK ((suspended_at IS NULL) = (suspended_because IS NULL)),
    ADD CONSTRAINT instances_suspended_before_end CHECK (suspended_at IS NULL OR finished_at IS NULL),
    ADD CONSTRAINT instances_cancelled_is_over CHECK (cancelled_because IS NULL OR finished_at IS NOT NULL);

ALTER TABLE incidents
    ADD COLUMN skip_by UUID,
    ADD COLUMN skip_at TIMESTAMP WITH TIME ZONE,
    ADD COLUMN skip_because TEXT,
    ADD CONSTRAINT incidents_skip_whole CHECK (
        (skip_by IS NULL) = (skip_at IS NULL) AND (skip_by IS NULL) = (skip_because IS NULL)
    );
