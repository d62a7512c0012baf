-- Which version of a model new instances run by; until now that was the newest.

CREATE TABLE active_definitions (
    key TEXT NOT NULL,
    definition_id UUID NOT NULL,
    agency_id UUID NOT NULL,
    activated_at TIMESTAMP WITH TIME ZONE NOT NULL,
    activated_by UUID NOT NULL,
    CONSTRAINT active_definitions_pkey PRIMARY KEY (key),
    CONSTRAINT active_definitions_definition_id_fkey FOREIGN KEY(definition_id) REFERENCES definitions (id) DEFERRABLE INITIALLY DEFERRED
);

INSERT INTO active_definitions (key, definition_id, agency_id, activated_at, activated_by)
SELECT DISTINCT ON (key) key, id, agency_id, deployed_at, deployed_by FROM definitions ORDER BY key, version DESC, id DESC;

-- What was just inserted is looked at now, before the table gets its trigger.
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;

CREATE CONSTRAINT TRIGGER active_definitions_has_leaf AFTER INSERT OR UPDATE OR DELETE ON active_definitions
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION require_leaf();
