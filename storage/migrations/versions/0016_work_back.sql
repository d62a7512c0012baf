ALTER TABLE documents
    DROP CONSTRAINT documents_state_known,
    DROP CONSTRAINT documents_registered_before_handled,
    ADD CONSTRAINT documents_state_known CHECK (CASE direction WHEN 'incoming' THEN state IN ('received', 'registered', 'directed', 'assigned', 'in_progress', 'closed', 'refused') ELSE state IN ('draft', 'in_review', 'to_sign', 'signing', 'signed', 'numbered', 'sealed', 'issued', 'recalled', 'cancelled') END),
    ADD CONSTRAINT documents_registered_before_handled CHECK (direction = 'outgoing' OR state IN ('received', 'refused') OR arrival_number IS NOT NULL);

ALTER TABLE documents ALTER COLUMN ended SET EXPRESSION AS (state = 'closed' OR state = 'refused');

DROP INDEX instances_unfinished_idx;
DROP INDEX notices_at_idx, mails_made_at_idx, webhook_deliveries_made_at_idx;
