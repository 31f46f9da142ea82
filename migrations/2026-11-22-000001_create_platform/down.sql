DROP TABLE chain_anchor;
DROP TABLE job;
DROP TABLE signing_key;
DROP TABLE idempotency_record;
DROP FUNCTION refuse_change;
