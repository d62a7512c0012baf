-- Back to indexes that name the state.

DROP INDEX work_items_assignee_idx, work_items_on_behalf_of_idx;
CREATE INDEX work_items_assignee_idx ON work_items (assignee) WHERE state = 'open';
CREATE INDEX work_items_on_behalf_of_idx ON work_items (on_behalf_of) WHERE state = 'open';

ALTER TABLE instances RESET (fillfactor);

DROP INDEX documents_due_idx;
ALTER TABLE documents DROP COLUMN ended, RESET (fillfactor);
CREATE INDEX documents_due_idx ON documents (agency_id, due_date, id)
    WHERE due_date IS NOT NULL AND state NOT IN ('closed', 'refused');
