-- Tiers: what customers have earned by their points, as a history whose periods cannot overlap.

ALTER TABLE loyalty_program
    ADD COLUMN qualify_on text NOT NULL DEFAULT 'points',
    ADD COLUMN qualifying_window text NOT NULL DEFAULT 'rolling:12',
    ADD COLUMN tier_grace_days integer NOT NULL DEFAULT 30,
    ADD COLUMN tier_downgrade text NOT NULL DEFAULT 'one_down',
    ADD COLUMN tier_notice_days integer[] NOT NULL DEFAULT '{30,7}',
    ADD CONSTRAINT loyalty_program_qualify_on_check CHECK (qualify_on IN ('points', 'spend', 'orders')),
    ADD CONSTRAINT loyalty_program_tier_grace_days_check CHECK (tier_grace_days BETWEEN 0 AND 3650),
    ADD CONSTRAINT loyalty_program_tier_downgrade_check CHECK (tier_downgrade IN ('one_down', 'requalify'));

CREATE TABLE tier (
    id uuid PRIMARY KEY,
    code text NOT NULL UNIQUE,
    name text NOT NULL,
    name_zh text NOT NULL,
    rank integer NOT NULL CHECK (rank BETWEEN 0 AND 100),
    threshold bigint NOT NULL CHECK (threshold BETWEEN 0 AND 9007199254740991),
    multiplier_percent integer NOT NULL DEFAULT 100 CHECK (multiplier_percent BETWEEN 1 AND 10000),
    benefits text[] NOT NULL DEFAULT '{}',
    active boolean NOT NULL DEFAULT true,
    version bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
COMMENT ON TABLE tier IS 'What customers reach by their qualifying points; the lowest is everybody''s.';
COMMENT ON COLUMN tier.multiplier_percent IS 'What earning rules that heed tiers pay, in percent of the usual.';
CREATE UNIQUE INDEX tier_rank_key ON tier (rank) WHERE active;

CREATE FUNCTION require_rising_thresholds() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM tier low JOIN tier high ON low.rank < high.rank
               WHERE low.active AND high.active AND low.threshold >= high.threshold) THEN
        RAISE EXCEPTION 'thresholds rise with the rank'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'tier_threshold_rises';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER tier_threshold_rises AFTER INSERT OR UPDATE ON tier
    FOR EACH STATEMENT EXECUTE FUNCTION require_rising_thresholds();

INSERT INTO tier (id, code, name, name_zh, rank, threshold, created_at, updated_at) VALUES
    ('019abe5c-0000-7000-8000-000000000001', 'member', 'Member', '普通', 0, 0, now(), now()),
    ('019abe5c-0000-7000-8000-000000000002', 'silver', 'Silver', '银卡', 1, 1000, now(), now()),
    ('019abe5c-0000-7000-8000-000000000003', 'gold', 'Gold', '金卡', 2, 5000, now(), now()),
    ('019abe5c-0000-7000-8000-000000000004', 'diamond', 'Diamond', '钻石', 3, 20000, now(), now());

-- lets an exclusion constraint compare ids without an extension
CREATE TYPE uuid_range AS RANGE (subtype = uuid);

CREATE TABLE tier_membership (
    id uuid PRIMARY KEY,
    customer_id uuid NOT NULL REFERENCES customer ON DELETE RESTRICT,
    tier_id uuid NOT NULL REFERENCES tier ON DELETE RESTRICT,
    state text NOT NULL CHECK (state IN ('active', 'grace', 'manual')),
    since timestamptz NOT NULL,
    valid_until timestamptz,
    ended_at timestamptz,
    reason text,
    actor_kind text NOT NULL CHECK (actor_kind IN ('staff', 'api_key', 'customer', 'system')),
    actor_id uuid,
    recorded_at timestamptz NOT NULL,
    CONSTRAINT tier_membership_manual_check CHECK (state <> 'manual' OR (reason IS NOT NULL AND valid_until IS NOT NULL)),
    CONSTRAINT tier_membership_grace_check CHECK (state <> 'grace' OR valid_until IS NOT NULL),
    CONSTRAINT tier_membership_valid_until_check CHECK (valid_until > since),
    CONSTRAINT tier_membership_ended_at_check CHECK (ended_at >= since AND (valid_until IS NULL OR ended_at <= valid_until)),
    CONSTRAINT tier_membership_earned_period_excl EXCLUDE USING gist (
        uuid_range(customer_id, customer_id, '[]') WITH =,
        tstzrange(since, least(ended_at, valid_until)) WITH &&) WHERE (state <> 'manual'),
    CONSTRAINT tier_membership_manual_period_excl EXCLUDE USING gist (
        uuid_range(customer_id, customer_id, '[]') WITH =,
        tstzrange(since, least(ended_at, valid_until)) WITH &&) WHERE (state = 'manual')
);
COMMENT ON TABLE tier_membership IS 'Who had which tier when: what was earned, and beside it what was given by hand as a floor.';
COMMENT ON COLUMN tier_membership.valid_until IS 'The end that it was given; empty for the lowest tier.';
COMMENT ON COLUMN tier_membership.ended_at IS 'When another took its place before that.';
CREATE INDEX tier_membership_customer_id_idx ON tier_membership (customer_id, since);
CREATE INDEX tier_membership_tier_id_idx ON tier_membership (tier_id);

CREATE TABLE tier_notice (
    id uuid PRIMARY KEY,
    customer_id uuid NOT NULL REFERENCES customer ON DELETE RESTRICT,
    tier_id uuid NOT NULL REFERENCES tier ON DELETE RESTRICT,
    grace_begins_at timestamptz NOT NULL,
    days_before integer NOT NULL CHECK (days_before BETWEEN 0 AND 365),
    points_missing bigint NOT NULL CHECK (points_missing >= 0),
    created_at timestamptz NOT NULL,
    CONSTRAINT tier_notice_customer_id_key UNIQUE (customer_id, grace_begins_at, days_before)
);
COMMENT ON TABLE tier_notice IS 'What customers are to be told of a tier that they are about to lose; integrations read it.';
CREATE INDEX tier_notice_tier_id_idx ON tier_notice (tier_id);

ALTER TABLE points_account
    ADD COLUMN earned_bound bigint NOT NULL DEFAULT 0,
    ADD COLUMN tier_next bigint DEFAULT 0,
    ADD COLUMN tier_due_at timestamptz;
COMMENT ON COLUMN points_account.earned_bound IS 'Its qualifying points are not more than this.';
COMMENT ON COLUMN points_account.tier_next IS 'Below this many qualifying points the tier stays; empty when none is above.';
COMMENT ON COLUMN points_account.tier_due_at IS 'Nothing happens to the tier by itself before this instant.';
CREATE INDEX points_account_tier_due_at_idx ON points_account (tier_due_at) WHERE tier_due_at IS NOT NULL;
UPDATE points_account a SET tier_due_at = now(),
    earned_bound = coalesce((SELECT sum(greatest(d.earned, 0)) FROM points_earned_day d WHERE d.account_id = a.id), 0);
