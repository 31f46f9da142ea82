-- Orders and usage: what customers bought, gave back and used. Rows are only ever added; a correction is a refund.

CREATE TABLE order_event (
    id uuid PRIMARY KEY,
    customer_id uuid NOT NULL,
    kind text NOT NULL,
    refund_of_id uuid,
    occurred_at timestamptz NOT NULL,
    channel text NOT NULL,
    place text,
    currency text NOT NULL,
    revenue_minor bigint NOT NULL,
    cost_minor bigint NOT NULL,
    uncosted_minor bigint NOT NULL,
    external_system text,
    external_id text,
    recorded_by_kind text NOT NULL,
    recorded_by uuid,
    recorded_at timestamptz NOT NULL,
    CONSTRAINT order_event_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES customer ON DELETE RESTRICT,
    CONSTRAINT order_event_refund_of_id_fkey FOREIGN KEY (refund_of_id) REFERENCES order_event ON DELETE RESTRICT,
    CONSTRAINT order_event_kind_check CHECK (kind IN ('purchase', 'refund')),
    CONSTRAINT order_event_refund_of_id_check CHECK (refund_of_id IS NULL OR kind = 'refund'),
    CONSTRAINT order_event_occurred_at_check CHECK (occurred_at BETWEEN '1970-01-01' AND '2200-01-01'),
    CONSTRAINT order_event_recorded_at_check CHECK (recorded_at BETWEEN '1970-01-01' AND '2200-01-01'),
    CONSTRAINT order_event_currency_check CHECK (currency ~ '^[A-Z]{3}$'),
    CONSTRAINT order_event_revenue_minor_check CHECK (revenue_minor BETWEEN 0 AND 9007199254740991),
    CONSTRAINT order_event_cost_minor_check CHECK (cost_minor BETWEEN 0 AND 9007199254740991),
    CONSTRAINT order_event_uncosted_minor_check CHECK (uncosted_minor BETWEEN 0 AND revenue_minor),
    CONSTRAINT order_event_external_check CHECK ((external_system IS NULL) = (external_id IS NULL)),
    CONSTRAINT order_event_external_system_check CHECK (external_system ~ '^[a-z0-9._:-]{1,64}$'),
    CONSTRAINT order_event_recorded_by_kind_check CHECK (recorded_by_kind IN ('staff', 'api_key', 'customer', 'system'))
);
COMMENT ON TABLE order_event IS 'Append-only: purchases and refunds. Money is in minor units, never negative; the kind gives the sign.';
COMMENT ON COLUMN order_event.customer_id IS 'As recorded; where that customer became part of another, reads of the other show it.';
COMMENT ON COLUMN order_event.cost_minor IS 'What is known of the cost of the goods.';
COMMENT ON COLUMN order_event.uncosted_minor IS 'The revenue of the lines whose cost is not known.';
CREATE UNIQUE INDEX order_event_external_key ON order_event (external_system, external_id) WHERE external_system IS NOT NULL;
CREATE INDEX order_event_occurred_at_idx ON order_event (occurred_at DESC, id DESC);
CREATE INDEX order_event_customer_id_idx ON order_event (customer_id, occurred_at DESC, id DESC);
CREATE INDEX order_event_channel_idx ON order_event (channel, occurred_at DESC, id DESC);
CREATE INDEX order_event_currency_idx ON order_event (currency, occurred_at DESC, id DESC);
CREATE INDEX order_event_refunds_idx ON order_event (occurred_at DESC, id DESC) WHERE kind = 'refund';
CREATE INDEX order_event_refund_of_id_idx ON order_event (refund_of_id) WHERE refund_of_id IS NOT NULL;

CREATE TABLE order_line (
    order_id uuid NOT NULL,
    position integer NOT NULL,
    product text NOT NULL,
    category text NOT NULL,
    quantity bigint NOT NULL,
    revenue_minor bigint NOT NULL,
    cost_minor bigint,
    CONSTRAINT order_line_pkey PRIMARY KEY (order_id, position),
    CONSTRAINT order_line_order_id_fkey FOREIGN KEY (order_id) REFERENCES order_event ON DELETE RESTRICT,
    CONSTRAINT order_line_position_check CHECK (position >= 1),
    CONSTRAINT order_line_quantity_check CHECK (quantity BETWEEN 1 AND 9007199254740991),
    CONSTRAINT order_line_revenue_minor_check CHECK (revenue_minor BETWEEN 0 AND 9007199254740991),
    CONSTRAINT order_line_cost_minor_check CHECK (cost_minor BETWEEN 0 AND 9007199254740991)
);
COMMENT ON TABLE order_line IS 'Append-only: what an order is made of, in its order.';
COMMENT ON COLUMN order_line.cost_minor IS 'Empty where the cost of the goods is not known.';

CREATE TABLE order_refunded (
    order_id uuid NOT NULL,
    revenue_minor bigint NOT NULL,
    refunded_minor bigint NOT NULL,
    refunds integer NOT NULL,
    CONSTRAINT order_refunded_pkey PRIMARY KEY (order_id),
    CONSTRAINT order_refunded_order_id_fkey FOREIGN KEY (order_id) REFERENCES order_event ON DELETE RESTRICT,
    CONSTRAINT order_refunded_refunded_minor_check CHECK (refunded_minor BETWEEN 0 AND revenue_minor),
    CONSTRAINT order_refunded_refunds_check CHECK (refunds >= 1)
);
COMMENT ON TABLE order_refunded IS 'How much of each purchase was refunded: never more than it was.';

CREATE TABLE usage_event (
    id uuid PRIMARY KEY,
    customer_id uuid NOT NULL,
    kind text NOT NULL,
    occurred_at timestamptz NOT NULL,
    external_system text,
    external_id text,
    recorded_by_kind text NOT NULL,
    recorded_by uuid,
    recorded_at timestamptz NOT NULL,
    CONSTRAINT usage_event_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES customer ON DELETE RESTRICT,
    CONSTRAINT usage_event_occurred_at_check CHECK (occurred_at BETWEEN '1970-01-01' AND '2200-01-01'),
    CONSTRAINT usage_event_recorded_at_check CHECK (recorded_at BETWEEN '1970-01-01' AND '2200-01-01'),
    CONSTRAINT usage_event_external_check CHECK ((external_system IS NULL) = (external_id IS NULL)),
    CONSTRAINT usage_event_external_system_check CHECK (external_system ~ '^[a-z0-9._:-]{1,64}$'),
    CONSTRAINT usage_event_recorded_by_kind_check CHECK (recorded_by_kind IN ('staff', 'api_key', 'customer', 'system'))
);
COMMENT ON TABLE usage_event IS 'Append-only: that a customer used something, which counts as activity.';
CREATE UNIQUE INDEX usage_event_external_key ON usage_event (external_system, external_id) WHERE external_system IS NOT NULL;
CREATE INDEX usage_event_occurred_at_idx ON usage_event (occurred_at DESC, id DESC);
CREATE INDEX usage_event_customer_id_idx ON usage_event (customer_id, occurred_at DESC, id DESC);
CREATE INDEX usage_event_kind_idx ON usage_event (kind, occurred_at DESC, id DESC);

CREATE TRIGGER order_event_is_append_only BEFORE UPDATE OR DELETE ON order_event
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER order_event_is_never_emptied BEFORE TRUNCATE ON order_event
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER order_line_is_append_only BEFORE UPDATE OR DELETE ON order_line
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER order_line_is_never_emptied BEFORE TRUNCATE ON order_line
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER usage_event_is_append_only BEFORE UPDATE OR DELETE ON usage_event
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER usage_event_is_never_emptied BEFORE TRUNCATE ON usage_event
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
DO $$
BEGIN
    REVOKE UPDATE, DELETE ON order_event, order_line, usage_event FROM hearback_app;
EXCEPTION
    WHEN undefined_object THEN NULL;
END $$;
