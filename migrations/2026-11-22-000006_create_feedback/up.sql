-- The closed loop: feedback, its history, its plans, approvals, replies and answers.

CREATE SEQUENCE feedback_number_seq;
CREATE TABLE feedback_number_day (
    day date PRIMARY KEY,
    base bigint NOT NULL
);
COMMENT ON TABLE feedback_number_day IS 'Where each day began in feedback_number_seq: numbers are unique per day and nobody waits for a counter.';

CREATE FUNCTION next_feedback_number(on_day date) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    first bigint;
    n bigint;
BEGIN
    SELECT base INTO first FROM feedback_number_day WHERE day = on_day;
    IF first IS NULL THEN
        INSERT INTO feedback_number_day VALUES (on_day, nextval('feedback_number_seq')) ON CONFLICT DO NOTHING;
        SELECT base INTO first FROM feedback_number_day WHERE day = on_day;
    END IF;
    n := nextval('feedback_number_seq') - first;
    RETURN 'FB-' || to_char(on_day, 'YYYYMMDD') || '-' || lpad(n::text, greatest(6, length(n::text)), '0');
END $$;

CREATE TABLE feedback (
    id uuid PRIMARY KEY,
    number text NOT NULL UNIQUE,
    customer_id uuid REFERENCES customer ON DELETE RESTRICT,
    channel text NOT NULL,
    type text NOT NULL CHECK (type IN ('inquiry', 'complaint', 'suggestion', 'praise')),
    priority text NOT NULL CHECK (priority IN ('urgent', 'normal', 'low')),
    received_at timestamptz NOT NULL CHECK (received_at BETWEEN '1970-01-01' AND '2200-01-01'),
    registered_at timestamptz NOT NULL CHECK (registered_at BETWEEN '1970-01-01' AND '2200-01-01'),
    status text NOT NULL,
    status_since timestamptz NOT NULL,
    outcome text CHECK (outcome IN ('resolved', 'accepted_partial', 'no_response', 'unresolvable')),
    closed_at timestamptz,
    department_id uuid REFERENCES department ON DELETE RESTRICT,
    handler_id uuid REFERENCES staff ON DELETE RESTRICT,
    unrouted boolean NOT NULL DEFAULT false,
    escalation_level integer NOT NULL DEFAULT 0,
    max_level boolean NOT NULL DEFAULT false,
    round integer NOT NULL DEFAULT 1,
    parent_id uuid REFERENCES feedback ON DELETE RESTRICT,
    merged_into_id uuid REFERENCES feedback ON DELETE RESTRICT,
    waits_since timestamptz,
    waits_until timestamptz,
    timed_out boolean NOT NULL DEFAULT false,
    transfers integer NOT NULL DEFAULT 0,
    next_due_at timestamptz,
    next_check_at timestamptz,
    owes_explanation_since timestamptz,
    track_token_hash bytea CHECK (length(track_token_hash) = 32),
    last_seq integer NOT NULL CHECK (last_seq >= 1),
    last_hash bytea NOT NULL CHECK (length(last_hash) = 32),
    version bigint NOT NULL DEFAULT 1,
    updated_at timestamptz NOT NULL,
    CONSTRAINT feedback_status_check CHECK (status IN (
        'registered', 'dispatched', 'in_progress', 'awaiting_customer', 'awaiting_third_party', 'pending_approval',
        'approved', 'replied', 'escalated', 'closed', 'merged', 'cancelled')),
    CONSTRAINT feedback_owner_check CHECK (
        status NOT IN ('dispatched', 'in_progress', 'awaiting_customer', 'awaiting_third_party', 'pending_approval', 'approved', 'replied')
        OR department_id IS NOT NULL),
    CONSTRAINT feedback_handler_check CHECK (
        status NOT IN ('in_progress', 'awaiting_customer', 'awaiting_third_party', 'pending_approval', 'approved', 'replied')
        OR handler_id IS NOT NULL),
    CONSTRAINT feedback_registered_check CHECK (
        status <> 'registered' OR (department_id IS NULL AND handler_id IS NULL)),
    CONSTRAINT feedback_closed_check CHECK ((status = 'closed') = (outcome IS NOT NULL)),
    CONSTRAINT feedback_closed_at_check CHECK ((status = 'closed') = (closed_at IS NOT NULL)),
    CONSTRAINT feedback_received_before_check CHECK (registered_at >= received_at),
    CONSTRAINT feedback_merged_check CHECK ((status = 'merged') = (merged_into_id IS NOT NULL)),
    CONSTRAINT feedback_level_check CHECK (escalation_level BETWEEN 0 AND 3),
    CONSTRAINT feedback_round_check CHECK (round >= 1)
);
COMMENT ON TABLE feedback IS 'Where each feedback stands; what was said is in feedback_detail.';
COMMENT ON COLUMN feedback.waits_until IS 'When the present status ends by itself: a question, a hold, a reply without an answer.';
COMMENT ON COLUMN feedback.next_due_at IS 'The earliest due time of a clock that runs or is breached; null while all are paused.';
COMMENT ON COLUMN feedback.next_check_at IS 'When the worker looks next: a threshold, a timer, a breach.';
CREATE INDEX feedback_registered_at_idx ON feedback (registered_at DESC, id DESC);
CREATE INDEX feedback_next_due_at_idx ON feedback (next_due_at, id);
CREATE INDEX feedback_next_check_at_idx ON feedback (next_check_at) WHERE next_check_at IS NOT NULL;
CREATE INDEX feedback_status_idx ON feedback (status, registered_at DESC, id DESC);
CREATE INDEX feedback_type_idx ON feedback (type, registered_at DESC, id DESC);
CREATE INDEX feedback_priority_idx ON feedback (priority, registered_at DESC, id DESC);
CREATE INDEX feedback_channel_idx ON feedback (channel, registered_at DESC, id DESC);
CREATE INDEX feedback_department_id_idx ON feedback (department_id, registered_at DESC, id DESC);
CREATE INDEX feedback_handler_id_idx ON feedback (handler_id, registered_at DESC, id DESC);
CREATE INDEX feedback_customer_id_idx ON feedback (customer_id, registered_at DESC, id DESC);
CREATE INDEX feedback_received_at_idx ON feedback (received_at, id);
CREATE INDEX feedback_waits_since_idx ON feedback (waits_since) WHERE status = 'closed' AND waits_since IS NOT NULL;
CREATE INDEX feedback_parent_id_idx ON feedback (parent_id) WHERE parent_id IS NOT NULL;
CREATE INDEX feedback_merged_into_id_idx ON feedback (merged_into_id) WHERE merged_into_id IS NOT NULL;
CREATE INDEX feedback_owes_explanation_idx ON feedback (owes_explanation_since, id) WHERE owes_explanation_since IS NOT NULL;

CREATE TABLE feedback_detail (
    feedback_id uuid PRIMARY KEY REFERENCES feedback ON DELETE RESTRICT,
    contact_name text,
    contact_phone text,
    contact_email text,
    reply_channel text NOT NULL,
    subtype text,
    subject text,
    description text NOT NULL,
    demand text NOT NULL,
    priority_reasons text[] NOT NULL,
    safety_risk boolean NOT NULL DEFAULT false,
    batch_problem boolean NOT NULL DEFAULT false,
    public_opinion_risk boolean NOT NULL DEFAULT false,
    product_ref text,
    order_ref text,
    custom jsonb NOT NULL DEFAULT '{}',
    registered_by uuid,
    suggested_department_id uuid REFERENCES department ON DELETE RESTRICT,
    search tsvector NOT NULL DEFAULT ''
);
COMMENT ON TABLE feedback_detail IS 'What the customer said and how to reach them: erasure empties it and leaves the case.';
COMMENT ON COLUMN feedback_detail.search IS 'Words of a segmenter and bigrams of subject, description and demand.';
CREATE INDEX feedback_detail_suggested_department_id_idx ON feedback_detail (suggested_department_id) WHERE suggested_department_id IS NOT NULL;
CREATE INDEX feedback_detail_search_idx ON feedback_detail USING gin (search);

CREATE TABLE feedback_event (
    feedback_id uuid NOT NULL REFERENCES feedback ON DELETE RESTRICT,
    seq integer NOT NULL CHECK (seq >= 1),
    kind text NOT NULL,
    from_status text,
    to_status text NOT NULL,
    actor_kind text NOT NULL CHECK (actor_kind IN ('staff', 'api_key', 'customer', 'system')),
    actor_id uuid,
    at timestamptz NOT NULL,
    payload jsonb NOT NULL,
    prev_hash bytea NOT NULL,
    hash bytea NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (feedback_id, seq)
);
COMMENT ON TABLE feedback_event IS 'History as a hash chain; status is a fold over it. Payloads hold ids, codes, times and hashes of salted text.';
CREATE INDEX feedback_event_at_idx ON feedback_event (at);
CREATE TRIGGER feedback_event_is_append_only BEFORE UPDATE OR DELETE ON feedback_event
    FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE feedback_event_text (
    feedback_id uuid NOT NULL,
    seq integer NOT NULL,
    name text NOT NULL,
    salt text NOT NULL,
    text text,
    PRIMARY KEY (feedback_id, seq, name),
    FOREIGN KEY (feedback_id, seq) REFERENCES feedback_event ON DELETE RESTRICT
);
COMMENT ON TABLE feedback_event_text IS 'The words of an event; erasure empties them and breaks no chain.';

CREATE TABLE dispatch (
    id uuid PRIMARY KEY,
    feedback_id uuid NOT NULL REFERENCES feedback ON DELETE RESTRICT,
    department_id uuid NOT NULL REFERENCES department ON DELETE RESTRICT,
    handler_id uuid REFERENCES staff ON DELETE RESTRICT,
    by_id uuid,
    at timestamptz NOT NULL,
    rule_id uuid REFERENCES routing_rule ON DELETE SET NULL,
    reason text
);
COMMENT ON TABLE dispatch IS 'Who was ever given the feedback: row scope reads it.';
CREATE INDEX dispatch_feedback_id_idx ON dispatch (feedback_id, department_id);
CREATE INDEX dispatch_department_id_idx ON dispatch (department_id);
CREATE INDEX dispatch_handler_id_idx ON dispatch (handler_id);
CREATE INDEX dispatch_rule_id_idx ON dispatch (rule_id);

CREATE TABLE handling_plan (
    id uuid PRIMARY KEY,
    feedback_id uuid NOT NULL REFERENCES feedback ON DELETE RESTRICT,
    round integer NOT NULL,
    number integer NOT NULL,
    measure text NOT NULL CHECK (measure IN ('answer', 'repair', 'replace', 'refund', 'compensation', 'improve', 'thank', 'other')),
    text text NOT NULL,
    basis text NOT NULL,
    proposed_by uuid NOT NULL REFERENCES staff ON DELETE RESTRICT,
    proposed_at timestamptz NOT NULL,
    state text NOT NULL CHECK (state IN ('pending', 'approved', 'rejected', 'withdrawn')),
    UNIQUE (feedback_id, number),
    UNIQUE (id, feedback_id, round, proposed_by)
);
CREATE UNIQUE INDEX handling_plan_pending_key ON handling_plan (feedback_id) WHERE state = 'pending';
CREATE UNIQUE INDEX handling_plan_approved_key ON handling_plan (feedback_id, round) WHERE state = 'approved';
CREATE INDEX handling_plan_proposed_by_idx ON handling_plan (proposed_by);

CREATE TABLE compensation (
    plan_id uuid PRIMARY KEY REFERENCES handling_plan ON DELETE RESTRICT,
    feedback_id uuid NOT NULL REFERENCES feedback ON DELETE RESTRICT,
    round integer NOT NULL,
    state text NOT NULL CHECK (state IN ('proposed', 'reserved', 'issued', 'released', 'reversed')),
    points bigint CHECK (points BETWEEN 1 AND 9007199254740991),
    reward_id uuid,
    amount_minor bigint CHECK (amount_minor BETWEEN 1 AND 9007199254740991),
    currency text CHECK (currency ~ '^[A-Z]{3}$'),
    reverse_on_reopen boolean NOT NULL DEFAULT false,
    additional boolean NOT NULL DEFAULT false,
    paid_points bigint,
    paid_amount_minor bigint,
    paid_reward_id uuid,
    issued_at timestamptz,
    CONSTRAINT compensation_kind_check CHECK (points IS NOT NULL OR reward_id IS NOT NULL OR amount_minor IS NOT NULL),
    CONSTRAINT compensation_amount_currency_check CHECK ((amount_minor IS NULL) = (currency IS NULL))
);
CREATE UNIQUE INDEX compensation_reserved_key ON compensation (feedback_id) WHERE state = 'reserved';
CREATE INDEX compensation_feedback_id_idx ON compensation (feedback_id);

CREATE TABLE approval (
    id uuid PRIMARY KEY,
    feedback_id uuid NOT NULL REFERENCES feedback ON DELETE RESTRICT,
    round integer NOT NULL,
    plan_id uuid,
    proposer_id uuid,
    kind text NOT NULL CHECK (kind IN ('person', 'rule', 'conclusion')),
    approver_id uuid REFERENCES staff ON DELETE RESTRICT,
    decision text NOT NULL CHECK (decision IN ('approved', 'rejected', 'withdrawn')),
    comment text,
    standing text,
    at timestamptz NOT NULL,
    UNIQUE (id, feedback_id, round, decision),
    FOREIGN KEY (plan_id, feedback_id, round, proposer_id)
        REFERENCES handling_plan (id, feedback_id, round, proposed_by) ON DELETE RESTRICT,
    CONSTRAINT approval_proposer_check CHECK (decision = 'withdrawn' OR approver_id IS NULL OR proposer_id IS NULL OR approver_id <> proposer_id),
    CONSTRAINT approval_kind_parties_check CHECK (
        (kind = 'person' AND approver_id IS NOT NULL AND plan_id IS NOT NULL AND proposer_id IS NOT NULL)
        OR (kind = 'rule' AND plan_id IS NOT NULL AND decision = 'approved')
        OR (kind = 'conclusion' AND approver_id IS NOT NULL AND decision = 'approved'))
);
COMMENT ON COLUMN approval.standing IS 'As what the approver stood in the chain: head, deputy, substitute, head_above, admin.';
CREATE UNIQUE INDEX approval_plan_id_key ON approval (plan_id) WHERE decision IN ('approved', 'rejected');
CREATE INDEX approval_feedback_id_idx ON approval (feedback_id, round);
CREATE INDEX approval_approver_id_idx ON approval (approver_id);

CREATE TABLE reply (
    id uuid PRIMARY KEY,
    feedback_id uuid NOT NULL,
    round integer NOT NULL,
    approval_id uuid NOT NULL,
    approval_decision text NOT NULL DEFAULT 'approved' CHECK (approval_decision = 'approved'),
    channel text NOT NULL,
    channel_reason text,
    text text NOT NULL,
    basis text NOT NULL,
    sent_by uuid REFERENCES staff ON DELETE RESTRICT,
    sent_at timestamptz NOT NULL,
    delivery_state text NOT NULL DEFAULT 'sent' CHECK (delivery_state IN ('sent', 'delivered', 'failed')),
    delivered_at timestamptz,
    FOREIGN KEY (feedback_id) REFERENCES feedback ON DELETE RESTRICT,
    CONSTRAINT reply_approval_fkey FOREIGN KEY (approval_id, feedback_id, round, approval_decision)
        REFERENCES approval (id, feedback_id, round, decision) ON DELETE RESTRICT
);
COMMENT ON TABLE reply IS 'A reply without an approval of the same round cannot be stored.';
CREATE INDEX reply_feedback_id_idx ON reply (feedback_id, sent_at);
CREATE INDEX reply_approval_id_idx ON reply (approval_id);
CREATE INDEX reply_sent_by_idx ON reply (sent_by);

CREATE TABLE satisfaction (
    id uuid PRIMARY KEY,
    feedback_id uuid NOT NULL REFERENCES feedback ON DELETE RESTRICT,
    round integer NOT NULL,
    reply_id uuid NOT NULL REFERENCES reply ON DELETE RESTRICT,
    asked_at timestamptz NOT NULL,
    answered_at timestamptz,
    verdict text CHECK (verdict IN ('satisfied', 'dissatisfied')),
    score smallint CHECK (score BETWEEN 1 AND 5),
    comment text,
    recorded_by uuid REFERENCES staff ON DELETE RESTRICT,
    evidence text,
    handler_id uuid REFERENCES staff ON DELETE RESTRICT,
    department_id uuid REFERENCES department ON DELETE RESTRICT,
    void boolean NOT NULL DEFAULT false,
    CONSTRAINT satisfaction_answered_check CHECK ((answered_at IS NULL) = (verdict IS NULL)),
    CONSTRAINT satisfaction_score_verdict_check CHECK (verdict <> 'dissatisfied' OR score IS NULL OR score <= 3)
);
COMMENT ON TABLE satisfaction IS 'One question per reply; the last answer of a round before its lock counts.';
CREATE UNIQUE INDEX satisfaction_reply_id_key ON satisfaction (reply_id);
CREATE INDEX satisfaction_feedback_id_idx ON satisfaction (feedback_id, round);
CREATE INDEX satisfaction_answered_at_idx ON satisfaction (answered_at) WHERE answered_at IS NOT NULL;
CREATE INDEX satisfaction_recorded_by_idx ON satisfaction (recorded_by);
CREATE INDEX satisfaction_handler_id_idx ON satisfaction (handler_id);
CREATE INDEX satisfaction_department_id_idx ON satisfaction (department_id);

CREATE TABLE progress_note (
    id uuid PRIMARY KEY,
    feedback_id uuid NOT NULL REFERENCES feedback ON DELETE RESTRICT,
    by_id uuid REFERENCES staff ON DELETE RESTRICT,
    at timestamptz NOT NULL,
    text text NOT NULL,
    eta timestamptz,
    to_customer boolean NOT NULL DEFAULT false
);
CREATE INDEX progress_note_feedback_id_idx ON progress_note (feedback_id, at);
CREATE INDEX progress_note_by_id_idx ON progress_note (by_id);

CREATE TABLE interaction (
    id uuid PRIMARY KEY,
    customer_id uuid REFERENCES customer ON DELETE RESTRICT,
    feedback_id uuid REFERENCES feedback ON DELETE RESTRICT,
    channel text NOT NULL,
    direction text NOT NULL CHECK (direction IN ('inbound', 'outbound')),
    kind text NOT NULL CHECK (kind IN ('call', 'chat', 'mail', 'visit', 'message', 'system')),
    summary text NOT NULL,
    sentiment numeric(4,3) CHECK (sentiment BETWEEN -1 AND 1),
    occurred_at timestamptz NOT NULL CHECK (occurred_at BETWEEN '1970-01-01' AND '2200-01-01'),
    staff_id uuid REFERENCES staff ON DELETE RESTRICT,
    created_at timestamptz NOT NULL,
    CHECK (customer_id IS NOT NULL OR feedback_id IS NOT NULL)
);
CREATE INDEX interaction_customer_id_idx ON interaction (customer_id, occurred_at DESC, id DESC);
CREATE INDEX interaction_feedback_id_idx ON interaction (feedback_id, occurred_at);
CREATE INDEX interaction_staff_id_idx ON interaction (staff_id);

CREATE TABLE notification (
    id uuid PRIMARY KEY,
    staff_id uuid NOT NULL REFERENCES staff ON DELETE CASCADE,
    kind text NOT NULL,
    feedback_id uuid REFERENCES feedback ON DELETE RESTRICT,
    dedupe_key text,
    detail jsonb NOT NULL DEFAULT '{}',
    at timestamptz NOT NULL,
    read_at timestamptz,
    UNIQUE (staff_id, dedupe_key)
);
CREATE INDEX notification_staff_id_idx ON notification (staff_id, at DESC, id DESC);
CREATE INDEX notification_feedback_id_idx ON notification (feedback_id);

CREATE TABLE customer_notice (
    id uuid PRIMARY KEY,
    feedback_id uuid NOT NULL REFERENCES feedback ON DELETE RESTRICT,
    kind text NOT NULL,
    channel text NOT NULL,
    round integer NOT NULL,
    at timestamptz NOT NULL,
    detail jsonb NOT NULL DEFAULT '{}',
    UNIQUE (feedback_id, kind, round, at)
);
COMMENT ON TABLE customer_notice IS 'What is to be told the customer: receipt, reminder, cancellation, merge. An integration delivers.';
