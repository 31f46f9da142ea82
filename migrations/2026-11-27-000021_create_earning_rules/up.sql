-- What earns points by itself: rules, and how much of their caps is used up.

CREATE TABLE earning_rule (
    id uuid PRIMARY KEY,
    code text NOT NULL UNIQUE,
    name text NOT NULL,
    trigger text NOT NULL,
    position integer NOT NULL CHECK (position BETWEEN 0 AND 1000000),
    conditions jsonb,
    reward text NOT NULL,
    points bigint CHECK (points BETWEEN 1 AND 9007199254740991),
    per_minor bigint CHECK (per_minor BETWEEN 1 AND 9007199254740991),
    currency text CHECK (currency ~ '^[A-Z]{3}$'),
    percent integer CHECK (percent BETWEEN 101 AND 10000),
    heeds_tier boolean NOT NULL,
    exclusive boolean NOT NULL,
    starts_at timestamptz,
    ends_at timestamptz,
    max_per_customer bigint CHECK (max_per_customer BETWEEN 1 AND 9007199254740991),
    max_per_customer_day bigint CHECK (max_per_customer_day BETWEEN 1 AND 9007199254740991),
    max_total bigint CHECK (max_total BETWEEN 1 AND 9007199254740991),
    active boolean NOT NULL,
    version bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT earning_rule_code_check CHECK (code ~ '^[a-z0-9._-]{1,64}$' AND code <> 'manual'),
    CONSTRAINT earning_rule_trigger_check CHECK (trigger IN (
        'order', 'event', 'feedback_adopted', 'survey_answered', 'birthday', 'referral', 'sign_up', 'anniversary')),
    CONSTRAINT earning_rule_reward_check CHECK (CASE reward
        WHEN 'fixed' THEN points IS NOT NULL AND per_minor IS NULL AND currency IS NULL AND percent IS NULL
        WHEN 'per_amount' THEN points IS NOT NULL AND per_minor IS NOT NULL AND currency IS NOT NULL AND percent IS NULL
        WHEN 'multiplier' THEN points IS NULL AND per_minor IS NULL AND currency IS NULL AND percent IS NOT NULL
            AND NOT heeds_tier AND NOT exclusive
        ELSE false END),
    CONSTRAINT earning_rule_ends_at_check CHECK (ends_at > starts_at)
);
COMMENT ON TABLE earning_rule IS 'What earns points by itself; asked by position, then id.';
COMMENT ON COLUMN earning_rule.heeds_tier IS 'Pays more to higher tiers, by their multiplier.';
COMMENT ON COLUMN earning_rule.exclusive IS 'Earns alone: with no rule before it, and none after it.';
CREATE INDEX earning_rule_trigger_idx ON earning_rule (trigger, position, id) WHERE active;

CREATE TABLE earning_tally (
    id uuid PRIMARY KEY,
    rule_id uuid NOT NULL REFERENCES earning_rule ON DELETE RESTRICT,
    customer_id uuid REFERENCES customer ON DELETE RESTRICT,
    day date,
    points bigint NOT NULL CHECK (points >= 0),
    most bigint NOT NULL,
    CONSTRAINT earning_tally_subject_key UNIQUE NULLS NOT DISTINCT (rule_id, customer_id, day),
    CONSTRAINT earning_tally_day_check CHECK (day IS NULL OR customer_id IS NOT NULL),
    CONSTRAINT earning_tally_most_check CHECK (points <= most)
);
COMMENT ON TABLE earning_tally IS 'How much of each cap of a rule is used up: of one customer on a day, of one customer, of all.';
COMMENT ON COLUMN earning_tally.most IS 'The cap, or what was earned under a higher one before.';
CREATE INDEX earning_tally_customer_id_idx ON earning_tally (customer_id);

CREATE TABLE earning_progress (
    id boolean PRIMARY KEY DEFAULT true CHECK (id),
    signed_up_until timestamptz
);
COMMENT ON TABLE earning_progress IS 'One row: up to which instant new customers were looked at; empty before the first look.';
INSERT INTO earning_progress DEFAULT VALUES;

ALTER TABLE customer ADD COLUMN imported boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN customer.imported IS 'Brought by an import: signing up is something else.';
