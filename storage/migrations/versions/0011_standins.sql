-- Who acts in whose place.
CREATE TABLE stand_ins (
    id UUID NOT NULL,
    agency_id UUID NOT NULL,
    principal UUID NOT NULL,
    substitute UUID NOT NULL,
    kind TEXT NOT NULL,
    document_types TEXT[] DEFAULT '{}' NOT NULL,
    units UUID[] DEFAULT '{}' NOT NULL,
    steps TEXT[] DEFAULT '{}' NOT NULL,
    starts_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ends_at TIMESTAMP WITH TIME ZONE NOT NULL,
    basis TEXT NOT NULL,
    basis_number TEXT,
    basis_issued_on DATE,
    basis_document_id UUID,
    may_pass_on BOOLEAN NOT NULL,
    under UUID,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    recorded_by UUID NOT NULL,
    revoked_at TIMESTAMP WITH TIME ZONE,
    revoked_by UUID,
    CONSTRAINT stand_ins_pkey PRIMARY KEY (id),
    CONSTRAINT stand_ins_agency_id_fkey FOREIGN KEY (agency_id) REFERENCES agencies (id)
        DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT stand_ins_principal_fkey FOREIGN KEY (principal) REFERENCES people (id)
        DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT stand_ins_substitute_fkey FOREIGN KEY (substitute) REFERENCES people (id)
        DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT stand_ins_basis_document_id_fkey FOREIGN KEY (basis_document_id) REFERENCES documents (id)
        DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT stand_ins_under_fkey FOREIGN KEY (under) REFERENCES stand_ins (id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT stand_ins_kind_known CHECK (kind IN ('absence', 'deputy', 'by_order', 'authorised')),
    CONSTRAINT stand_ins_two_people CHECK (principal <> substitute),
    CONSTRAINT stand_ins_ends_after_start CHECK (ends_at > starts_at),
    CONSTRAINT stand_ins_basis_given CHECK (basis <> ''),
    CONSTRAINT stand_ins_revoked_whole CHECK ((revoked_at IS NULL) = (revoked_by IS NULL)),
    CONSTRAINT stand_ins_authorised_in_writing CHECK (
        kind <> 'authorised' OR basis_number IS NOT NULL AND basis_issued_on IS NOT NULL AND NOT may_pass_on
        AND under IS NULL AND cardinality(document_types) + cardinality(units) + cardinality(steps) > 0
    )
);

CREATE INDEX stand_ins_agency_id_idx ON stand_ins (agency_id, id DESC);

CREATE INDEX stand_ins_substitute_idx ON stand_ins (substitute, ends_at) WHERE revoked_at IS NULL;

CREATE INDEX stand_ins_principal_idx ON stand_ins (principal, ends_at) WHERE revoked_at IS NULL;

CREATE INDEX stand_ins_under_idx ON stand_ins (under) WHERE under IS NOT NULL;

-- Opinions on steps that several people must agree on.
CREATE TABLE approvals (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    work_item_id UUID NOT NULL,
    agency_id UUID NOT NULL,
    person_id UUID NOT NULL,
    outcome TEXT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    on_behalf_of UUID,
    by_stand_in UUID,
    CONSTRAINT approvals_pkey PRIMARY KEY (id),
    CONSTRAINT approvals_work_item_id_fkey FOREIGN KEY (work_item_id) REFERENCES work_items (id)
        DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT approvals_work_item_id_person_id_key UNIQUE (work_item_id, person_id),
    CONSTRAINT approvals_in_place_whole CHECK ((on_behalf_of IS NULL) = (by_stand_in IS NULL)),
    CONSTRAINT approvals_two_people CHECK (on_behalf_of <> person_id)
);

ALTER TABLE documents ADD COLUMN signer_under UUID;

ALTER TABLE work_items
    ADD COLUMN procedure TEXT,
    ADD COLUMN document_type TEXT,
    ADD COLUMN about_unit UUID,
    ADD COLUMN on_behalf_of UUID,
    ADD COLUMN by_stand_in UUID,
    ADD COLUMN needs SMALLINT DEFAULT 1 NOT NULL,
    ADD COLUMN agreed SMALLINT DEFAULT 0 NOT NULL,
    ADD COLUMN voters UUID[] DEFAULT '{}' NOT NULL;

-- What is only written down anew changes nothing that would need a leaf.
ALTER TABLE work_items DISABLE TRIGGER work_items_has_leaf;

UPDATE work_items SET
    procedure = instances.definition_key,
    document_type = documents.type,
    about_unit = coalesce(work_items.unit_id, documents.unit_id)
FROM instances, documents
WHERE instances.id = work_items.instance_id AND documents.id = work_items.document_id;

ALTER TABLE work_items ENABLE TRIGGER work_items_has_leaf;

ALTER TABLE work_items
    ALTER COLUMN procedure SET NOT NULL,
    ALTER COLUMN document_type SET NOT NULL,
    ADD CONSTRAINT work_items_in_place_whole CHECK ((on_behalf_of IS NULL) = (by_stand_in IS NULL)),
    ADD CONSTRAINT work_items_not_done_for_excluded CHECK (
        completed_by IS NULL OR on_behalf_of IS NULL OR on_behalf_of <> ALL (excluded)
    ),
    ADD CONSTRAINT work_items_needs_counted CHECK (needs >= 1 AND agreed BETWEEN 0 AND needs);

CREATE INDEX work_items_on_behalf_of_idx ON work_items (on_behalf_of) WHERE state = 'open';
