-- Rewards, who redeemed them, and the coupons that came of it.

CREATE TABLE reward (
    id uuid PRIMARY KEY,
    kind text NOT NULL,
    name text NOT NULL,
    description text,
    cost bigint NOT NULL,
    stock bigint,
    per_customer_limit integer,
    minimum_tier text,
    available_from timestamptz,
    available_until timestamptz,
    coupon_validity_days integer,
    coupon_prefix text,
    active boolean NOT NULL DEFAULT true,
    version bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT reward_kind_check CHECK (kind IN ('coupon', 'gift', 'service', 'privilege', 'donation')),
    CONSTRAINT reward_cost_check CHECK (cost BETWEEN 0 AND 9007199254740991),
    CONSTRAINT reward_stock_check CHECK (stock >= 0),
    CONSTRAINT reward_per_customer_limit_check CHECK (per_customer_limit >= 1),
    CONSTRAINT reward_window_check CHECK (available_from < available_until),
    CONSTRAINT reward_coupon_check CHECK (kind = 'coupon' OR (coupon_validity_days IS NULL AND coupon_prefix IS NULL)),
    CONSTRAINT reward_coupon_validity_days_check CHECK (coupon_validity_days BETWEEN 0 AND 3650),
    CONSTRAINT reward_coupon_prefix_check CHECK (coupon_prefix ~ '^[A-Z0-9]{1,16}$')
);
COMMENT ON TABLE reward IS 'What points can be redeemed for.';
COMMENT ON COLUMN reward.stock IS 'How many are left; empty for any number.';
COMMENT ON COLUMN reward.coupon_validity_days IS 'How many whole local days its coupons live; empty for ever.';

CREATE TABLE redemption (
    id uuid PRIMARY KEY,
    reward_id uuid NOT NULL REFERENCES reward ON DELETE RESTRICT,
    customer_id uuid NOT NULL REFERENCES customer ON DELETE RESTRICT,
    state text NOT NULL,
    cost bigint NOT NULL CHECK (cost BETWEEN 0 AND 9007199254740991),
    took_stock boolean NOT NULL,
    source_system text CHECK (source_system ~ '^[a-z0-9._-]{1,64}$'),
    source_id text,
    entry_id uuid REFERENCES ledger_entry ON DELETE RESTRICT,
    reversal_id uuid REFERENCES ledger_entry ON DELETE RESTRICT,
    actor_kind text NOT NULL CHECK (actor_kind IN ('staff', 'api_key', 'customer', 'system')),
    actor_id uuid,
    version bigint NOT NULL DEFAULT 1,
    requested_at timestamptz NOT NULL,
    confirmed_at timestamptz,
    fulfilled_at timestamptz,
    cancelled_at timestamptz,
    CONSTRAINT redemption_state_check CHECK (state IN ('requested', 'confirmed', 'fulfilled', 'cancelled')),
    CONSTRAINT redemption_source_check CHECK ((source_system IS NULL) = (source_id IS NULL)),
    CONSTRAINT redemption_price_check CHECK ((cost > 0) = (entry_id IS NOT NULL) AND (source_id IS NULL OR cost = 0)),
    CONSTRAINT redemption_reversal_check CHECK ((reversal_id IS NOT NULL) = (state = 'cancelled' AND cost > 0)),
    CONSTRAINT redemption_times_check CHECK ((cancelled_at IS NOT NULL) = (state = 'cancelled')
        AND (state <> 'fulfilled' OR fulfilled_at IS NOT NULL) AND (state <> 'confirmed' OR confirmed_at IS NOT NULL))
);
COMMENT ON TABLE redemption IS 'A reward for a customer, paid with points or given for a source.';
COMMENT ON COLUMN redemption.took_stock IS 'Whether one was taken from the stock, which a cancellation puts back.';
COMMENT ON COLUMN redemption.source_id IS 'For what it is given without a price.';
COMMENT ON COLUMN redemption.actor_id IS 'Who took the last step.';
CREATE INDEX redemption_customer_id_requested_at_idx ON redemption (customer_id, requested_at DESC, id DESC);
CREATE INDEX redemption_reward_id_requested_at_idx ON redemption (reward_id, requested_at DESC, id DESC);
CREATE UNIQUE INDEX redemption_entry_id_key ON redemption (entry_id);
CREATE UNIQUE INDEX redemption_reversal_id_key ON redemption (reversal_id);
CREATE UNIQUE INDEX redemption_source_key ON redemption (source_system, source_id) WHERE source_id IS NOT NULL;

CREATE TABLE coupon (
    id uuid PRIMARY KEY,
    redemption_id uuid NOT NULL REFERENCES redemption ON DELETE RESTRICT,
    code_hash bytea NOT NULL,
    state text NOT NULL DEFAULT 'issued',
    expires_at timestamptz,
    locked_until timestamptz,
    source_system text CHECK (source_system ~ '^[a-z0-9._-]{1,64}$'),
    source_id text,
    actor_kind text NOT NULL CHECK (actor_kind IN ('staff', 'api_key', 'customer', 'system')),
    actor_id uuid,
    version bigint NOT NULL DEFAULT 1,
    issued_at timestamptz NOT NULL,
    used_at timestamptz,
    voided_at timestamptz,
    CONSTRAINT coupon_redemption_id_key UNIQUE (redemption_id),
    CONSTRAINT coupon_code_hash_key UNIQUE (code_hash),
    CONSTRAINT coupon_code_hash_check CHECK (length(code_hash) = 32),
    CONSTRAINT coupon_state_check CHECK (state IN ('issued', 'locked', 'used', 'void')),
    CONSTRAINT coupon_locked_check CHECK ((locked_until IS NOT NULL) = (state = 'locked')),
    CONSTRAINT coupon_used_check CHECK ((used_at IS NOT NULL) = (state = 'used')),
    CONSTRAINT coupon_void_check CHECK ((voided_at IS NOT NULL) = (state = 'void')),
    CONSTRAINT coupon_source_check CHECK ((source_system IS NULL) = (source_id IS NULL) AND (source_id IS NULL OR state = 'used'))
);
COMMENT ON TABLE coupon IS 'What a customer shows to get what a redemption promised.';
COMMENT ON COLUMN coupon.code_hash IS 'SHA-256 of the code, which is stored nowhere.';
COMMENT ON COLUMN coupon.state IS 'As posted; that a lock or the coupon itself has ended is computed from the time.';
COMMENT ON COLUMN coupon.source_id IS 'For what it was used.';

ALTER TABLE compensation
    ADD COLUMN entry_id uuid REFERENCES ledger_entry ON DELETE RESTRICT,
    ADD COLUMN reversal_id uuid REFERENCES ledger_entry ON DELETE RESTRICT,
    ADD COLUMN redemption_id uuid REFERENCES redemption ON DELETE RESTRICT;
COMMENT ON COLUMN compensation.redemption_id IS 'The reward that is kept for it from the approval on.';
CREATE UNIQUE INDEX compensation_entry_id_key ON compensation (entry_id);
CREATE UNIQUE INDEX compensation_reversal_id_key ON compensation (reversal_id);
CREATE UNIQUE INDEX compensation_redemption_id_key ON compensation (redemption_id);
