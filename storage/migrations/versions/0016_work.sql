-- A document whose procedure an administrator cancelled is handled no more.
ALTER TABLE documents
    DROP CONSTRAINT documents_state_known,
    DROP CONSTRAINT documents_registered_before_handled,
    ADD CONSTRAINT documents_state_known CHECK (CASE direction WHEN 'incoming' THEN state IN ('received', 'registered', 'directed', 'assigned', 'in_progress', 'closed', 'refused', 'stopped') ELSE state IN ('draft', 'in_review', 'to_sign', 'signing', 'signed', 'numbered', 'sealed', 'issued', 'recalled', 'cancelled') END),
    ADD CONSTRAINT documents_registered_before_handled CHECK (direction = 'outgoing' OR state IN ('received', 'refused', 'stopped') OR arrival_number IS NOT NULL);

ALTER TABLE documents ALTER COLUMN ended SET EXPRESSION AS (state = 'closed' OR state = 'refused' OR state = 'stopped');

-- Procedures that run, the oldest first.
CREATE INDEX instances_unfinished_idx ON instances (agency_id, id) WHERE finished_at IS NULL;

-- What was told long ago is removed by its age.
CREATE INDEX notices_at_idx ON notices (at);
CREATE INDEX mails_made_at_idx ON mails (made_at);
CREATE INDEX webhook_deliveries_made_at_idx ON webhook_deliveries (made_at);
