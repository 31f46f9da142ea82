-- Two records of one customer become one, and can be parted again.

CREATE TABLE customer_merge (
    id uuid PRIMARY KEY,
    survivor_id uuid NOT NULL REFERENCES customer ON DELETE RESTRICT,
    merged_id uuid NOT NULL REFERENCES customer ON DELETE RESTRICT,
    moved_refs jsonb NOT NULL,
    merged_at timestamptz NOT NULL,
    merged_by uuid,
    undone_at timestamptz,
    undone_by uuid,
    CONSTRAINT customer_merge_self_check CHECK (survivor_id <> merged_id),
    CONSTRAINT customer_merge_undone_at_check CHECK (undone_at >= merged_at)
);
COMMENT ON TABLE customer_merge IS 'Which customer became part of which, and which rows moved with it, so that they can move back.';
COMMENT ON COLUMN customer_merge.moved_refs IS 'Ids of the rows that moved, by table.';
CREATE UNIQUE INDEX customer_merge_merged_id_key ON customer_merge (merged_id) WHERE undone_at IS NULL;
CREATE INDEX customer_merge_survivor_id_idx ON customer_merge (survivor_id);
CREATE INDEX customer_merge_merged_id_idx ON customer_merge (merged_id);
