-- Adjustments above the program's limit wait for a second person.

CREATE TABLE points_adjustment (
    id uuid PRIMARY KEY,
    customer_id uuid NOT NULL REFERENCES customer ON DELETE RESTRICT,
    amount bigint NOT NULL,
    reason text NOT NULL,
    state text NOT NULL DEFAULT 'pending',
    requested_by uuid,
    requested_by_kind text NOT NULL CHECK (requested_by_kind IN ('staff', 'api_key')),
    requested_at timestamptz NOT NULL,
    decided_by uuid REFERENCES staff ON DELETE RESTRICT,
    decided_at timestamptz,
    comment text,
    entry_id uuid REFERENCES ledger_entry ON DELETE RESTRICT,
    version bigint NOT NULL DEFAULT 1,
    CONSTRAINT points_adjustment_amount_check CHECK (amount <> 0 AND amount BETWEEN -9007199254740991 AND 9007199254740991),
    CONSTRAINT points_adjustment_state_check CHECK (state IN ('pending', 'approved', 'rejected')),
    CONSTRAINT points_adjustment_decided_check CHECK (
        (state = 'pending') = (decided_by IS NULL) AND (state = 'pending') = (decided_at IS NULL)),
    CONSTRAINT points_adjustment_second_person_check CHECK (decided_by IS DISTINCT FROM requested_by OR decided_by IS NULL),
    CONSTRAINT points_adjustment_entry_check CHECK ((state = 'approved') = (entry_id IS NOT NULL))
);
COMMENT ON TABLE points_adjustment IS 'An adjustment that somebody asked for and somebody else decides on.';
CREATE INDEX points_adjustment_waiting_idx ON points_adjustment (requested_at, id) WHERE state = 'pending';
CREATE INDEX points_adjustment_customer_id_idx ON points_adjustment (customer_id, requested_at DESC, id DESC);
CREATE INDEX points_adjustment_requested_at_idx ON points_adjustment (requested_at DESC, id DESC);
CREATE INDEX points_adjustment_decided_by_idx ON points_adjustment (decided_by);
CREATE INDEX points_adjustment_entry_id_idx ON points_adjustment (entry_id);
