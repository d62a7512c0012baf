-- Back to one index of all open items, and one for each way.

DROP INDEX work_items_several_roles_idx, work_items_one_role_idx, work_items_on_behalf_of_idx, work_items_assignee_idx;

CREATE INDEX work_items_inbox_idx ON work_items (agency_id, urgency DESC, due_at, id) WHERE state = 'open';
CREATE INDEX work_items_roles_idx ON work_items USING gin (roles) WHERE state = 'open';
CREATE INDEX work_items_assignee_idx ON work_items (assignee) WHERE state = 'open' AND assignee IS NOT NULL;
CREATE INDEX work_items_on_behalf_of_idx ON work_items (on_behalf_of)
    WHERE state = 'open' AND on_behalf_of IS NOT NULL;
