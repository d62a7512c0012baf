-- A changed row stays on its page, and no index learns of it, while no column that an index names changes (HOT).

DROP INDEX documents_due_idx;
ALTER TABLE documents
    ADD COLUMN ended boolean NOT NULL GENERATED ALWAYS AS (state = 'closed' OR state = 'refused') STORED,
    SET (fillfactor = 85);
CREATE INDEX documents_due_idx ON documents (agency_id, due_date, id) WHERE due_date IS NOT NULL AND NOT ended;

ALTER TABLE instances SET (fillfactor = 70);

DROP INDEX work_items_assignee_idx, work_items_on_behalf_of_idx;
CREATE INDEX work_items_assignee_idx ON work_items (assignee) WHERE state = 'open' AND assignee IS NOT NULL;
CREATE INDEX work_items_on_behalf_of_idx ON work_items (on_behalf_of)
    WHERE state = 'open' AND on_behalf_of IS NOT NULL;
