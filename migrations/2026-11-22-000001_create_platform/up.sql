-- What the ground floor keeps: answers to be replayed, keys, and work to be done.

CREATE TABLE idempotency_record (
    principal_id uuid NOT NULL,
    route text NOT NULL,
    key text NOT NULL,
    fingerprint bytea NOT NULL,
    status smallint,
    etag text,
    location text,
    body text,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (principal_id, route, key)
);
COMMENT ON TABLE idempotency_record IS 'First answers of writes that carried an Idempotency-Key; written in the same transaction as the effect.';
CREATE INDEX idempotency_record_created_at_idx ON idempotency_record (created_at);

CREATE TABLE signing_key (
    id uuid PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('access', 'cursor', 'anchor')),
    sealed bytea NOT NULL,
    public_key bytea,
    created_at timestamptz NOT NULL,
    retired_at timestamptz
);
COMMENT ON TABLE signing_key IS 'Keys shared by all servers of this database, sealed with HEARBACK_SECRET.';
CREATE UNIQUE INDEX signing_key_kind_key ON signing_key (kind) WHERE retired_at IS NULL;

CREATE TABLE job (
    id uuid PRIMARY KEY,
    kind text NOT NULL,
    subject text NOT NULL,
    payload jsonb NOT NULL DEFAULT '{}',
    run_at timestamptz NOT NULL,
    again_at timestamptz,
    attempts integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    lease uuid,
    leased_until timestamptz,
    done_at timestamptz,
    parked_at timestamptz,
    last_error text,
    created_at timestamptz NOT NULL DEFAULT now(),
    CHECK ((lease IS NULL) = (leased_until IS NULL))
);
COMMENT ON TABLE job IS 'Background work. A worker claims a row with a lease; its result counts only while the lease is its own.';
COMMENT ON COLUMN job.again_at IS 'Asked for again while it was running: the end of that run begins the next.';
CREATE UNIQUE INDEX job_kind_subject_key ON job (kind, subject) WHERE done_at IS NULL AND parked_at IS NULL;
CREATE INDEX job_run_at_idx ON job (run_at) WHERE done_at IS NULL AND parked_at IS NULL;
CREATE INDEX job_created_at_idx ON job (created_at DESC, id DESC);
CREATE INDEX job_done_at_idx ON job (done_at) WHERE done_at IS NOT NULL;

CREATE TABLE chain_anchor (
    id uuid PRIMARY KEY,
    at timestamptz NOT NULL,
    heads jsonb NOT NULL,
    signature bytea NOT NULL,
    key_id uuid NOT NULL REFERENCES signing_key ON DELETE RESTRICT
);
COMMENT ON TABLE chain_anchor IS 'Hourly: the heads of all hash chains in one signed row, so that a removed chain shows.';
CREATE INDEX chain_anchor_at_idx ON chain_anchor (at);
CREATE INDEX chain_anchor_key_id_idx ON chain_anchor (key_id);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
