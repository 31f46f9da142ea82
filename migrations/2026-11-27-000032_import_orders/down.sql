ALTER TABLE import DROP COLUMN run_rules;
ALTER TABLE import DROP CONSTRAINT import_kind_check;
ALTER TABLE import ADD CONSTRAINT import_kind_check CHECK (kind IN ('customers', 'feedback', 'points'));
