-- Imports bring in orders too.

ALTER TABLE import DROP CONSTRAINT import_kind_check;
ALTER TABLE import ADD CONSTRAINT import_kind_check CHECK (kind IN ('customers', 'feedback', 'points', 'orders'));
ALTER TABLE import ADD COLUMN run_rules boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN import.run_rules IS 'Whether imported orders earn points as others do.';
