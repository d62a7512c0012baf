-- The log notes the transaction that wrote to it; whoever changed a row is asked at commit whether his did.

CREATE FUNCTION note_leaf() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('vanthu.leaf', pg_current_xact_id()::text, true);
    RETURN NULL;
END;
$$;

CREATE TRIGGER audit_events_noted AFTER INSERT ON audit_events
FOR EACH STATEMENT EXECUTE FUNCTION note_leaf();

CREATE FUNCTION require_leaf() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('vanthu.leaf', true) IS DISTINCT FROM pg_current_xact_id()::text THEN
        RAISE EXCEPTION 'a change of % has no leaf in the audit log', TG_TABLE_NAME
            USING ERRCODE = 'VT001', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END;
$$;

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% only grows: % is refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'VT002', TABLE = TG_TABLE_NAME;
END;
$$;
