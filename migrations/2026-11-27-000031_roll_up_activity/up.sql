-- What lies on which local day of which customer: the ground of retention, frequency and value.

CREATE TABLE purchase_day (
    customer_id uuid NOT NULL,
    currency text NOT NULL,
    local_day date NOT NULL,
    purchases bigint NOT NULL,
    kept bigint NOT NULL,
    revenue_minor bigint NOT NULL,
    cost_minor bigint NOT NULL,
    uncosted_minor bigint NOT NULL,
    returned_minor bigint NOT NULL,
    refunds bigint NOT NULL,
    refunded_minor bigint NOT NULL,
    refund_cost_minor bigint NOT NULL,
    refund_uncosted_minor bigint NOT NULL,
    CONSTRAINT purchase_day_pkey PRIMARY KEY (customer_id, currency, local_day),
    CONSTRAINT purchase_day_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES customer ON DELETE RESTRICT,
    CONSTRAINT purchase_day_counts_check CHECK (kept BETWEEN 0 AND purchases AND refunds >= 0),
    CONSTRAINT purchase_day_range_check CHECK (
        revenue_minor BETWEEN 0 AND 9007199254740991 AND cost_minor BETWEEN 0 AND 9007199254740991
        AND refunded_minor BETWEEN 0 AND 9007199254740991 AND refund_cost_minor BETWEEN 0 AND 9007199254740991),
    CONSTRAINT purchase_day_parts_check CHECK (
        uncosted_minor BETWEEN 0 AND revenue_minor AND returned_minor BETWEEN 0 AND revenue_minor
        AND refund_uncosted_minor BETWEEN 0 AND refunded_minor)
);
COMMENT ON TABLE purchase_day IS 'Purchases and refunds by local day of the organisation, all of a customer''s merged records included. Kept in the transaction of the order; the orders are the truth, this is their sum.';
COMMENT ON COLUMN purchase_day.customer_id IS 'The customer that stayed, never a merged one.';
COMMENT ON COLUMN purchase_day.kept IS 'Purchases of this day that were not wholly refunded since.';
COMMENT ON COLUMN purchase_day.uncosted_minor IS 'The part of the revenue whose cost is not known.';
COMMENT ON COLUMN purchase_day.returned_minor IS 'What was refunded, on whatever day, of the purchases of this day.';
COMMENT ON COLUMN purchase_day.refunds IS 'Refunds made on this day, of whatever purchase.';
CREATE INDEX purchase_day_local_day_idx ON purchase_day (local_day, customer_id);

CREATE TABLE usage_day (
    customer_id uuid NOT NULL,
    local_day date NOT NULL,
    events bigint NOT NULL,
    CONSTRAINT usage_day_pkey PRIMARY KEY (customer_id, local_day),
    CONSTRAINT usage_day_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES customer ON DELETE RESTRICT,
    CONSTRAINT usage_day_events_check CHECK (events >= 1)
);
COMMENT ON TABLE usage_day IS 'Usage events by local day of the organisation, all of a customer''s merged records included.';
CREATE INDEX usage_day_local_day_idx ON usage_day (local_day, customer_id);

CREATE TABLE activity_rollup (
    id boolean PRIMARY KEY DEFAULT true CHECK (id),
    time_zone text NOT NULL,
    building text,
    position uuid,
    built_at timestamptz
);
COMMENT ON TABLE activity_rollup IS 'One row: in whose days purchase_day and usage_day are, and how far a rebuild is.';
COMMENT ON COLUMN activity_rollup.building IS 'The zone of the rebuild that is under way; until it is over days of both zones are there.';
COMMENT ON COLUMN activity_rollup.position IS 'Customers up to this id are rebuilt.';
INSERT INTO activity_rollup (time_zone) VALUES (coalesce((SELECT time_zone FROM settings), 'Asia/Shanghai'));

CREATE FUNCTION days_follow_the_zone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    BEGIN
        PERFORM now() AT TIME ZONE NEW.time_zone;
    EXCEPTION
        WHEN invalid_parameter_value THEN
            RAISE EXCEPTION 'the database does not know the zone %', NEW.time_zone
                USING ERRCODE = 'check_violation', CONSTRAINT = 'settings_time_zone_check';
    END;
    IF TG_OP = 'INSERT' THEN
        UPDATE activity_rollup SET time_zone = NEW.time_zone;
    ELSIF NEW.time_zone <> OLD.time_zone THEN
        UPDATE activity_rollup SET building = NEW.time_zone, position = NULL;
    END IF;
    RETURN NULL;
END $$;
COMMENT ON FUNCTION days_follow_the_zone() IS 'A change of the zone and the wish to rebuild all days are one commit.';
CREATE TRIGGER settings_days_follow_the_zone AFTER INSERT OR UPDATE OF time_zone ON settings
    FOR EACH ROW EXECUTE FUNCTION days_follow_the_zone();
