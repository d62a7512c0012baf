-- One condition over all ways in which an item can be somebody's read a million items to show fifty.

DROP INDEX work_items_inbox_idx, work_items_roles_idx, work_items_assignee_idx, work_items_on_behalf_of_idx;

CREATE INDEX work_items_assignee_idx ON work_items (assignee, urgency DESC, due_at, id)
    WHERE state = 'open' AND assignee IS NOT NULL;
CREATE INDEX work_items_on_behalf_of_idx ON work_items (on_behalf_of, urgency DESC, due_at, id)
    WHERE state = 'open' AND on_behalf_of IS NOT NULL;
CREATE INDEX work_items_one_role_idx ON work_items (
    agency_id, (roles[1]), coalesce(unit_id, '00000000-0000-0000-0000-000000000000'::uuid), urgency DESC, due_at, id
) WHERE state = 'open' AND assignee IS NULL AND cardinality(roles) = 1;
CREATE INDEX work_items_several_roles_idx ON work_items (agency_id, urgency DESC, due_at, id)
    WHERE state = 'open' AND assignee IS NULL AND cardinality(roles) > 1;
