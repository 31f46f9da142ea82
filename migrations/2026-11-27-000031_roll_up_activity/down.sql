DROP TRIGGER settings_days_follow_the_zone ON settings;
DROP FUNCTION days_follow_the_zone();
DROP TABLE activity_rollup;
DROP TABLE usage_day;
DROP TABLE purchase_day;
