-- A sequence never gives a number twice, not even after a rollback: what was read under a version stays true under it.

CREATE SEQUENCE organisation_versions;

ALTER TABLE agencies ADD COLUMN organisation BIGINT NOT NULL DEFAULT nextval('organisation_versions');

CREATE FUNCTION renew_organisation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE agencies SET organisation = nextval('organisation_versions')
    WHERE id IN (OLD.agency_id, NEW.agency_id);
    RETURN NULL;
END;
$$;

CREATE TRIGGER units_renew_organisation AFTER INSERT OR UPDATE OR DELETE ON units
FOR EACH ROW EXECUTE FUNCTION renew_organisation();

CREATE TRIGGER people_renew_organisation AFTER INSERT OR UPDATE OR DELETE ON people
FOR EACH ROW EXECUTE FUNCTION renew_organisation();

CREATE TRIGGER posts_renew_organisation AFTER INSERT OR UPDATE OR DELETE ON posts
FOR EACH ROW EXECUTE FUNCTION renew_organisation();
