-- Files lie in the parts of the dossier. Those of earlier cases stay where they are read: attached to the application.
ALTER TABLE case_papers DROP COLUMN file_id;

-- How many applications of somebody wait to be checked is asked with every one that comes online.
CREATE INDEX case_applicants_identity_idx ON case_applicants (identity);
