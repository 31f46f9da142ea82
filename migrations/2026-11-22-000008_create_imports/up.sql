-- Many rows at once: the file in pieces, how far it is done, and what was wrong with which row.

CREATE TABLE import (
    id uuid PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('customers', 'feedback')),
    format text NOT NULL CHECK (format IN ('csv', 'ndjson')),
    file_name text,
    file_bytes bigint NOT NULL CHECK (file_bytes BETWEEN 0 AND 67108864),
    mapping jsonb NOT NULL,
    defaults jsonb NOT NULL,
    status text NOT NULL,
    preview boolean NOT NULL,
    dry_run boolean NOT NULL,
    failure text,
    rows_total integer NOT NULL CHECK (rows_total >= 0),
    rows_done integer NOT NULL DEFAULT 0 CHECK (rows_done >= 0),
    rows_failed integer NOT NULL DEFAULT 0 CHECK (rows_failed >= 0),
    position_bytes bigint NOT NULL DEFAULT 0 CHECK (position_bytes >= 0),
    position_line bigint NOT NULL DEFAULT 1 CHECK (position_line >= 1),
    created_by_kind text NOT NULL CHECK (created_by_kind IN ('staff', 'api_key')),
    created_by uuid NOT NULL,
    role text NOT NULL,
    department_id uuid REFERENCES department ON DELETE RESTRICT,
    request_id text NOT NULL,
    version bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    finished_at timestamptz,
    CONSTRAINT import_status_check CHECK (status IN ('queued', 'running', 'previewed', 'done', 'failed')),
    CONSTRAINT import_failure_check CHECK ((status = 'failed') = (failure IS NOT NULL)),
    CONSTRAINT import_rows_check CHECK (rows_done + rows_failed <= rows_total),
    CONSTRAINT import_dry_run_check CHECK (preview OR NOT dry_run)
);
COMMENT ON COLUMN import.preview IS 'The present pass checks everything and undoes it.';
COMMENT ON COLUMN import.position_bytes IS 'Where the next row begins; written in the transaction of the rows before it.';
COMMENT ON COLUMN import.role IS 'With created_by and department_id: in whose name the rows are stored.';
CREATE INDEX import_created_at_idx ON import (created_at DESC, id DESC);
CREATE INDEX import_created_by_idx ON import (created_by, created_at DESC, id DESC);
CREATE INDEX import_department_id_idx ON import (department_id);
CREATE INDEX import_previewed_idx ON import (updated_at) WHERE status = 'previewed';

CREATE TABLE import_chunk (
    import_id uuid NOT NULL,
    number integer NOT NULL CHECK (number >= 0),
    content bytea NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (import_id, number)
);
COMMENT ON TABLE import_chunk IS 'The file as it came, in pieces of one size; they arrive before their import, and go when it ends.';
CREATE INDEX import_chunk_created_at_idx ON import_chunk (created_at);

CREATE TABLE import_error (
    import_id uuid NOT NULL REFERENCES import ON DELETE CASCADE,
    row_number integer NOT NULL CHECK (row_number >= 1),
    seq smallint NOT NULL,
    line bigint NOT NULL,
    pointer text NOT NULL,
    code text NOT NULL,
    detail_en text NOT NULL,
    detail_zh text NOT NULL,
    PRIMARY KEY (import_id, row_number, seq)
);

CREATE TABLE import_result (
    import_id uuid NOT NULL REFERENCES import ON DELETE CASCADE,
    row_number integer NOT NULL CHECK (row_number >= 1),
    subject_id uuid NOT NULL,
    PRIMARY KEY (import_id, row_number)
);
COMMENT ON TABLE import_result IS 'Which row became what.';
CREATE INDEX import_result_subject_id_idx ON import_result (subject_id);
