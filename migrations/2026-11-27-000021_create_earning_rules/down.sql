ALTER TABLE customer DROP COLUMN imported;
DROP TABLE earning_progress;
DROP TABLE earning_tally;
DROP TABLE earning_rule;
