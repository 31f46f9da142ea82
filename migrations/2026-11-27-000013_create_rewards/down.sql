ALTER TABLE compensation DROP COLUMN redemption_id, DROP COLUMN reversal_id, DROP COLUMN entry_id;
DROP TABLE coupon;
DROP TABLE redemption;
DROP TABLE reward;
