-- The points ledger: accounts, entries that are only ever added, the lots that points lie in, and who took them.

CREATE TABLE loyalty_program (
    id boolean PRIMARY KEY DEFAULT true CHECK (id),
    code text NOT NULL,
    name text NOT NULL,
    unit_name text NOT NULL,
    unit_name_zh text NOT NULL,
    time_zone text NOT NULL,
    points_per_currency_unit integer NOT NULL DEFAULT 1 CHECK (points_per_currency_unit BETWEEN 0 AND 1000000),
    rounding text NOT NULL DEFAULT 'floor' CHECK (rounding IN ('floor', 'half_up', 'ceiling')),
    validity text NOT NULL DEFAULT 'months:12',
    activation text NOT NULL DEFAULT 'immediate',
    consumption_order text NOT NULL DEFAULT 'expiring_first' CHECK (consumption_order IN ('expiring_first', 'oldest_first')),
    reversal_policy text NOT NULL DEFAULT 'allow_negative' CHECK (reversal_policy IN ('lot_only', 'within_balance', 'allow_negative')),
    reinstate_grace_days integer NOT NULL DEFAULT 30 CHECK (reinstate_grace_days BETWEEN 0 AND 3650),
    min_redeem bigint NOT NULL DEFAULT 1 CHECK (min_redeem BETWEEN 1 AND 9007199254740991),
    max_redeem_percent integer NOT NULL DEFAULT 100 CHECK (max_redeem_percent BETWEEN 1 AND 100),
    adjustment_limit bigint CHECK (adjustment_limit BETWEEN 0 AND 9007199254740991),
    transfer_daily_limit bigint CHECK (transfer_daily_limit BETWEEN 0 AND 9007199254740991),
    value_minor_per_1000_points bigint NOT NULL DEFAULT 1000 CHECK (value_minor_per_1000_points BETWEEN 0 AND 1000000000),
    version bigint NOT NULL DEFAULT 1,
    updated_at timestamptz NOT NULL
);
COMMENT ON TABLE loyalty_program IS 'One row: how points are earned, kept, spent and taken back.';
INSERT INTO loyalty_program (code, name, unit_name, unit_name_zh, time_zone, updated_at)
    VALUES ('points', '会员积分', 'points', '积分', coalesce((SELECT time_zone FROM settings), 'Asia/Shanghai'), now());

CREATE TABLE points_account (
    id uuid PRIMARY KEY,
    customer_id uuid UNIQUE REFERENCES customer ON DELETE RESTRICT,
    group_id uuid NOT NULL REFERENCES points_account ON DELETE RESTRICT,
    members integer NOT NULL DEFAULT 1 CHECK (members >= 1),
    seq bigint NOT NULL DEFAULT 0 CHECK (seq >= 0),
    head bytea NOT NULL CHECK (length(head) = 32),
    recorded_at timestamptz NOT NULL,
    balance bigint NOT NULL DEFAULT 0,
    free bigint NOT NULL DEFAULT 0,
    pending bigint NOT NULL DEFAULT 0,
    held bigint NOT NULL DEFAULT 0,
    debt bigint NOT NULL DEFAULT 0,
    lifetime_earned bigint NOT NULL DEFAULT 0,
    next_event_at timestamptz,
    CONSTRAINT points_account_parts_check CHECK (free >= 0 AND pending >= 0 AND held >= 0 AND debt >= 0),
    CONSTRAINT points_account_balance_check CHECK (balance = free + pending + held - debt),
    CONSTRAINT points_account_range_check CHECK (
        free + pending + held <= 9007199254740991 AND debt <= 9007199254740991
        AND lifetime_earned BETWEEN -9007199254740991 AND 9007199254740991),
    CONSTRAINT points_account_debt_check CHECK (debt = 0 OR free = 0)
);
COMMENT ON TABLE points_account IS 'Where each account stands as of its last entry; the entries are the truth, this is their sum.';
COMMENT ON COLUMN points_account.customer_id IS 'Empty after erasure: the account stays under an id that says nothing.';
COMMENT ON COLUMN points_account.group_id IS 'The account of the customer that this one became a part of; else its own.';
COMMENT ON COLUMN points_account.members IS 'How many accounts name this one as their group, itself included.';
COMMENT ON COLUMN points_account.next_event_at IS 'Nothing activates, expires or ends before this instant.';
CREATE INDEX points_account_group_id_idx ON points_account (group_id);
CREATE INDEX points_account_next_event_at_idx ON points_account (next_event_at) WHERE next_event_at IS NOT NULL;

CREATE TABLE ledger_entry (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES points_account ON DELETE RESTRICT,
    seq bigint NOT NULL CHECK (seq >= 1),
    kind text NOT NULL,
    amount bigint NOT NULL CHECK (amount BETWEEN -9007199254740991 AND 9007199254740991),
    source_system text CHECK (source_system ~ '^[a-z0-9._-]{1,64}$'),
    source_id text,
    rule text,
    reverses_id uuid REFERENCES ledger_entry ON DELETE RESTRICT,
    group_id uuid,
    lot_id uuid,
    hold_id uuid,
    debt_part bigint NOT NULL DEFAULT 0,
    waived bigint NOT NULL DEFAULT 0,
    requested bigint CHECK (requested >= 0),
    actor_kind text NOT NULL CHECK (actor_kind IN ('staff', 'api_key', 'customer', 'system')),
    actor_id uuid,
    idempotency_key text,
    occurred_at timestamptz NOT NULL CHECK (occurred_at BETWEEN '1970-01-01' AND '2200-01-01'),
    recorded_at timestamptz NOT NULL CHECK (recorded_at BETWEEN '1970-01-01' AND '2200-01-01'),
    available_after bigint NOT NULL,
    pending_after bigint NOT NULL,
    held_after bigint NOT NULL,
    debt_after bigint NOT NULL,
    reason_hash text,
    prev_hash bytea NOT NULL,
    hash bytea NOT NULL CHECK (length(hash) = 32),
    CONSTRAINT ledger_entry_account_id_seq_key UNIQUE (account_id, seq),
    CONSTRAINT ledger_entry_kind_check CHECK (kind IN (
        'earn', 'activate', 'redeem', 'expire', 'adjust_credit', 'adjust_debit', 'reverse_earn', 'reverse_redeem',
        'transfer_in', 'transfer_out', 'debt', 'debt_repay', 'migrate_in')),
    CONSTRAINT ledger_entry_sign_check CHECK (CASE
        WHEN kind IN ('earn', 'adjust_credit', 'reverse_redeem', 'transfer_in', 'migrate_in') THEN amount > 0
        WHEN kind IN ('redeem', 'expire', 'adjust_debit', 'transfer_out') THEN amount < 0
        WHEN kind = 'reverse_earn' THEN amount <= 0
        ELSE amount = 0 END),
    CONSTRAINT ledger_entry_source_check CHECK ((source_system IS NULL) = (source_id IS NULL)),
    CONSTRAINT ledger_entry_reverses_check CHECK ((kind IN ('reverse_earn', 'reverse_redeem')) = (reverses_id IS NOT NULL)),
    CONSTRAINT ledger_entry_debt_part_check CHECK (debt_part = 0 OR (kind = 'reverse_earn' AND debt_part BETWEEN 0 AND -amount)),
    CONSTRAINT ledger_entry_waived_check CHECK (waived = 0 OR (kind = 'reverse_earn' AND waived > 0)),
    CONSTRAINT ledger_entry_lot_id_check CHECK ((kind IN ('activate', 'expire')) = (lot_id IS NOT NULL))
);
COMMENT ON TABLE ledger_entry IS 'Append-only, one hash chain an account. A reversal is an entry; nothing is ever changed.';
COMMENT ON COLUMN ledger_entry.rule IS 'The earning rule; "manual" where no rule earned it.';
COMMENT ON COLUMN ledger_entry.group_id IS 'Joins the entries of linked accounts that one command made.';
COMMENT ON COLUMN ledger_entry.requested IS 'How much of the original this reversal was asked to take back.';
COMMENT ON COLUMN ledger_entry.waived IS 'How much of what a reversal wanted was left with the customer.';
COMMENT ON COLUMN ledger_entry.available_after IS 'What the customer, linked accounts included, could spend after this entry.';
CREATE UNIQUE INDEX ledger_entry_source_key ON ledger_entry (source_system, source_id, rule) NULLS NOT DISTINCT
    WHERE kind IN ('earn', 'migrate_in');
CREATE UNIQUE INDEX ledger_entry_expire_key ON ledger_entry (lot_id, hold_id) NULLS NOT DISTINCT WHERE kind = 'expire';
CREATE UNIQUE INDEX ledger_entry_activate_key ON ledger_entry (lot_id) WHERE kind = 'activate';
CREATE INDEX ledger_entry_account_id_recorded_at_idx ON ledger_entry (account_id, recorded_at DESC, id DESC);
CREATE INDEX ledger_entry_reverses_id_idx ON ledger_entry (reverses_id) WHERE reverses_id IS NOT NULL;
CREATE INDEX ledger_entry_hold_id_idx ON ledger_entry (hold_id) WHERE hold_id IS NOT NULL;
CREATE INDEX ledger_entry_group_id_idx ON ledger_entry (group_id) WHERE group_id IS NOT NULL;
CREATE TRIGGER ledger_entry_is_append_only BEFORE UPDATE OR DELETE ON ledger_entry
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_entry_is_not_truncated BEFORE TRUNCATE ON ledger_entry
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
DO $$
BEGIN
    REVOKE UPDATE, DELETE ON ledger_entry FROM hearback_app;
EXCEPTION
    WHEN undefined_object THEN NULL;
END $$;

CREATE TABLE ledger_entry_text (
    entry_id uuid PRIMARY KEY REFERENCES ledger_entry ON DELETE RESTRICT,
    salt text NOT NULL,
    reason text
);
COMMENT ON TABLE ledger_entry_text IS 'The words of an entry; erasure empties them and breaks no chain.';

CREATE TABLE points_lot (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES points_account ON DELETE RESTRICT,
    source_entry_id uuid NOT NULL REFERENCES ledger_entry ON DELETE RESTRICT,
    credit_id uuid NOT NULL REFERENCES ledger_entry ON DELETE RESTRICT,
    original bigint NOT NULL CHECK (original BETWEEN 1 AND 9007199254740991),
    remaining bigint NOT NULL,
    held bigint NOT NULL DEFAULT 0,
    expired bigint NOT NULL DEFAULT 0 CHECK (expired BETWEEN 0 AND original),
    reversal_requested bigint NOT NULL DEFAULT 0,
    reversal_done bigint NOT NULL DEFAULT 0 CHECK (reversal_done >= 0),
    available_at timestamptz,
    expires_at timestamptz,
    activated boolean NOT NULL,
    reinstated boolean NOT NULL DEFAULT false,
    confirmed_at timestamptz,
    CONSTRAINT points_lot_remaining_check CHECK (remaining BETWEEN held AND original),
    CONSTRAINT points_lot_held_check CHECK (held >= 0),
    CONSTRAINT points_lot_reversal_check CHECK (reversal_requested BETWEEN 0 AND original),
    CONSTRAINT points_lot_activated_check CHECK (NOT activated OR available_at IS NOT NULL),
    CONSTRAINT points_lot_available_at_check CHECK (available_at BETWEEN '1970-01-01' AND '2400-01-01'),
    CONSTRAINT points_lot_expires_at_check CHECK (expires_at BETWEEN '1970-01-01' AND '2400-01-01')
);
COMMENT ON TABLE points_lot IS 'Points that came together and end together.';
COMMENT ON COLUMN points_lot.credit_id IS 'The credit whose part this lot is; another than its source where it replaces a lot that expired.';
COMMENT ON COLUMN points_lot.confirmed_at IS 'When a lot that waited for its confirmation was activated, as recorded.';
CREATE INDEX points_lot_spend_idx ON points_lot (account_id, expires_at, available_at, id) WHERE remaining > 0;
CREATE INDEX points_lot_pending_idx ON points_lot (account_id, available_at) WHERE NOT activated AND remaining > 0;
CREATE INDEX points_lot_credit_id_idx ON points_lot (credit_id);
CREATE INDEX points_lot_source_entry_id_idx ON points_lot (source_entry_id);
CREATE INDEX points_lot_expires_at_idx ON points_lot (expires_at) WHERE expires_at IS NOT NULL;
ALTER TABLE ledger_entry ADD CONSTRAINT ledger_entry_lot_id_fkey FOREIGN KEY (lot_id) REFERENCES points_lot
    ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE points_hold (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES points_account ON DELETE RESTRICT,
    amount bigint NOT NULL CHECK (amount BETWEEN 1 AND 9007199254740991),
    captured bigint NOT NULL DEFAULT 0,
    state text NOT NULL DEFAULT 'open',
    source_system text NOT NULL CHECK (source_system ~ '^[a-z0-9._-]{1,64}$'),
    source_id text NOT NULL,
    actor_kind text NOT NULL CHECK (actor_kind IN ('staff', 'api_key', 'customer', 'system')),
    actor_id uuid,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    ended_at timestamptz,
    CONSTRAINT points_hold_state_check CHECK (state IN ('open', 'captured', 'released', 'expired')),
    CONSTRAINT points_hold_captured_check CHECK (captured BETWEEN 0 AND amount AND (captured > 0) = (state = 'captured')),
    CONSTRAINT points_hold_ended_check CHECK ((state = 'open') = (ended_at IS NULL)),
    CONSTRAINT points_hold_expires_at_check CHECK (expires_at > created_at)
);
COMMENT ON TABLE points_hold IS 'Points promised to a purchase that is not yet sure; ends once, by capture, release or time.';
CREATE INDEX points_hold_account_id_idx ON points_hold (account_id, expires_at) WHERE state = 'open';
CREATE INDEX points_hold_account_id_created_at_idx ON points_hold (account_id, created_at);
ALTER TABLE ledger_entry ADD CONSTRAINT ledger_entry_hold_id_fkey FOREIGN KEY (hold_id) REFERENCES points_hold ON DELETE RESTRICT;

CREATE TABLE hold_allocation (
    hold_id uuid NOT NULL REFERENCES points_hold ON DELETE RESTRICT,
    ordinal integer NOT NULL CHECK (ordinal >= 1),
    lot_id uuid NOT NULL REFERENCES points_lot ON DELETE RESTRICT,
    amount bigint NOT NULL CHECK (amount > 0),
    PRIMARY KEY (hold_id, ordinal)
);
CREATE INDEX hold_allocation_lot_id_idx ON hold_allocation (lot_id);

CREATE TABLE allocation (
    entry_id uuid NOT NULL REFERENCES ledger_entry ON DELETE RESTRICT,
    ordinal integer NOT NULL CHECK (ordinal >= 1),
    lot_id uuid NOT NULL REFERENCES points_lot ON DELETE RESTRICT,
    amount bigint NOT NULL CHECK (amount > 0),
    restored bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (entry_id, ordinal),
    CONSTRAINT allocation_restored_check CHECK (restored BETWEEN 0 AND amount)
);
COMMENT ON TABLE allocation IS 'Which lot each debit took from, in the order of taking; over linked accounts one order.';
CREATE INDEX allocation_lot_id_idx ON allocation (lot_id);

CREATE TABLE restoration (
    entry_id uuid NOT NULL REFERENCES ledger_entry ON DELETE RESTRICT,
    debit_id uuid NOT NULL,
    debit_ordinal integer NOT NULL,
    lot_id uuid NOT NULL REFERENCES points_lot ON DELETE RESTRICT,
    amount bigint NOT NULL CHECK (amount > 0),
    new_lot boolean NOT NULL,
    PRIMARY KEY (entry_id, debit_id, debit_ordinal),
    FOREIGN KEY (debit_id, debit_ordinal) REFERENCES allocation ON DELETE RESTRICT
);
COMMENT ON TABLE restoration IS 'What the reversal of a debit gave back: to the lot it came from, or to a new one where that has expired.';
CREATE INDEX restoration_lot_id_idx ON restoration (lot_id);
CREATE INDEX restoration_debit_id_idx ON restoration (debit_id, debit_ordinal);

CREATE TABLE points_earned_day (
    account_id uuid NOT NULL REFERENCES points_account ON DELETE RESTRICT,
    day date NOT NULL,
    earned bigint NOT NULL,
    PRIMARY KEY (account_id, day)
);
COMMENT ON TABLE points_earned_day IS 'Points earned less those taken back, by local day of the program: what tiers count.';

ALTER TABLE idempotency_record ADD COLUMN permanent boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN idempotency_record.permanent IS 'Answers of calls that move points are kept for ever.';
