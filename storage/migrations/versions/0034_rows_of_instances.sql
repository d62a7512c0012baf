-- With the state before the last step a row is a little larger than what PostgreSQL leaves in one piece, so each step
-- wrote a part of it to a table of its own, with an index of its own.
ALTER TABLE instances SET (toast_tuple_target = 4080);

CREATE INDEX instances_cancelled_idx ON instances (agency_id, id) WHERE cancelled_because IS NOT NULL;
