CREATE TABLE field_visits (
    id UUID NOT NULL,
    dossier_id UUID NOT NULL,
    agency_id UUID NOT NULL,
    unit_id UUID NOT NULL,
    first_day DATE,
    last_day DATE,
    place TEXT NOT NULL,
    participants JSONB NOT NULL,
    findings JSONB NOT NULL,
    remark TEXT NOT NULL,
    opened_at TIMESTAMP WITH TIME ZONE NOT NULL,
    opened_by UUID NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE,
    recorded_by UUID,
    minutes_id TEXT,
    rev INTEGER NOT NULL,
    CONSTRAINT field_visits_pkey PRIMARY KEY (id),
    CONSTRAINT field_visits_days_in_order CHECK (last_day >= first_day),
    CONSTRAINT field_visits_recorded_whole CHECK ((recorded_at IS NULL) = (recorded_by IS NULL) AND (recorded_at IS NULL) = (minutes_id IS NULL) AND (recorded_at IS NULL OR first_day IS NOT NULL AND last_day IS NOT NULL)),
    CONSTRAINT field_visits_texts_bounded CHECK (char_length(place) <= 200 AND char_length(remark) <= 2000),
    CONSTRAINT field_visits_dossier_id_fkey FOREIGN KEY (dossier_id) REFERENCES dossiers (id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT field_visits_minutes_id_fkey FOREIGN KEY (minutes_id) REFERENCES files (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX field_visits_dossier_id_idx ON field_visits (dossier_id);

CREATE TABLE field_visit_photos (
    visit_id UUID NOT NULL,
    place INTEGER NOT NULL,
    file_id TEXT NOT NULL,
    caption TEXT NOT NULL,
    CONSTRAINT field_visit_photos_pkey PRIMARY KEY (visit_id, place),
    CONSTRAINT field_visit_photos_visit_id_file_id_key UNIQUE (visit_id, file_id),
    CONSTRAINT field_visit_photos_place_within CHECK (place BETWEEN 1 AND 50),
    CONSTRAINT field_visit_photos_caption_bounded CHECK (char_length(caption) <= 300),
    CONSTRAINT field_visit_photos_visit_id_fkey FOREIGN KEY (visit_id) REFERENCES field_visits (id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT field_visit_photos_file_id_fkey FOREIGN KEY (file_id) REFERENCES files (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX field_visit_photos_file_id_idx ON field_visit_photos (file_id);

-- Minutes that were made say what was found: nobody changes the visit they are of.
CREATE FUNCTION refuse_recorded_visit() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    visit UUID;
BEGIN
    IF TG_TABLE_NAME = 'field_visits' THEN
        visit := OLD.id;
    ELSE
        visit := COALESCE(NEW.visit_id, OLD.visit_id);
    END IF;
    IF EXISTS (SELECT 1 FROM field_visits WHERE id = visit AND recorded_at IS NOT NULL) THEN
        RAISE EXCEPTION 'the field visit is recorded' USING ERRCODE = 'VT003', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN COALESCE(NEW, OLD);
END;
$$;

CREATE TRIGGER field_visits_frozen BEFORE UPDATE OR DELETE ON field_visits
FOR EACH ROW EXECUTE FUNCTION refuse_recorded_visit();

CREATE TRIGGER field_visit_photos_frozen BEFORE INSERT OR UPDATE OR DELETE ON field_visit_photos
FOR EACH ROW EXECUTE FUNCTION refuse_recorded_visit();
