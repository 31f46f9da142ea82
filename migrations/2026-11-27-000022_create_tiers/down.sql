ALTER TABLE points_account DROP COLUMN tier_due_at, DROP COLUMN tier_next, DROP COLUMN earned_bound;
DROP TABLE tier_notice;
DROP TABLE tier_membership;
DROP TYPE uuid_range;
DROP TABLE tier;
DROP FUNCTION require_rising_thresholds();
ALTER TABLE loyalty_program
    DROP COLUMN tier_notice_days, DROP COLUMN tier_downgrade, DROP COLUMN tier_grace_days,
    DROP COLUMN qualifying_window, DROP COLUMN qualify_on;
