-- What only copies made possible goes with them; an office that has made some does not go back this far.
ALTER TABLE documents
    DROP CONSTRAINT documents_number_fits_state,
    DROP CONSTRAINT documents_drafter_does_not_sign,
    ADD CONSTRAINT documents_number_fits_state CHECK (direction = 'incoming' OR CASE WHEN state IN ('numbered', 'sealed', 'issued', 'recalled') THEN number IS NOT NULL ELSE number IS NULL OR state = 'cancelled' END),
    ADD CONSTRAINT documents_drafter_does_not_sign CHECK (signer <> drafter);

ALTER TABLE registers
    DROP CONSTRAINT registers_direction_known,
    ADD CONSTRAINT registers_direction_known CHECK (direction IN ('incoming', 'outgoing'));
