-- SLA clocks as folds over their segments, and the ladder that they climb.

CREATE TABLE sla_clock (
    id uuid PRIMARY KEY,
    feedback_id uuid NOT NULL REFERENCES feedback ON DELETE RESTRICT,
    kind text NOT NULL CHECK (kind IN ('first_response', 'dispatch', 'solution', 'approval', 'reply', 'visit', 'progress', 'confirmation')),
    round integer NOT NULL CHECK (round >= 1),
    seq integer NOT NULL CHECK (seq >= 1),
    state text NOT NULL CHECK (state IN ('running', 'paused', 'met', 'met_late', 'breached', 'cancelled')),
    open boolean NOT NULL,
    unit text NOT NULL CHECK (unit IN ('clock', 'working')),
    budget_ms bigint NOT NULL CHECK (budget_ms >= 0),
    consumed_ms bigint NOT NULL CHECK (consumed_ms >= 0),
    started_at timestamptz NOT NULL,
    due_at timestamptz CHECK (due_at < '2200-01-02'),
    paused_at timestamptz,
    breached_at timestamptz,
    breach_reason text CHECK (breach_reason IN ('time', 'retargeted')),
    met_at timestamptz,
    ended_at timestamptz,
    fold jsonb NOT NULL,
    policy_version_id uuid REFERENCES sla_policy_version ON DELETE RESTRICT,
    warned_percent integer[] NOT NULL DEFAULT '{}',
    UNIQUE (feedback_id, kind, round, seq),
    CHECK (open = (ended_at IS NULL))
);
COMMENT ON COLUMN sla_clock.fold IS 'The clock with its segments: the truth from which the other columns are derived.';
CREATE UNIQUE INDEX sla_clock_open_key ON sla_clock (feedback_id, kind) WHERE open;
CREATE INDEX sla_clock_due_at_idx ON sla_clock (kind, due_at);
CREATE INDEX sla_clock_policy_version_id_idx ON sla_clock (policy_version_id);

CREATE TABLE escalation (
    id uuid PRIMARY KEY,
    feedback_id uuid NOT NULL REFERENCES feedback ON DELETE RESTRICT,
    clock_id uuid REFERENCES sla_clock ON DELETE RESTRICT,
    level integer NOT NULL CHECK (level BETWEEN 1 AND 3),
    target_id uuid REFERENCES staff ON DELETE RESTRICT,
    at timestamptz NOT NULL,
    UNIQUE (clock_id, level)
);
CREATE INDEX escalation_feedback_id_idx ON escalation (feedback_id);
CREATE INDEX escalation_target_id_idx ON escalation (target_id);
