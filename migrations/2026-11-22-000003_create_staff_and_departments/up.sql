-- People, departments, sessions and API keys.

CREATE TABLE department (
    id uuid PRIMARY KEY,
    code text NOT NULL UNIQUE,
    name text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('product', 'knowledge_base', 'after_sales', 'marketing', 'sales', 'service', 'other')),
    parent_id uuid REFERENCES department ON DELETE RESTRICT,
    head_id uuid,
    deputy_id uuid,
    calendar_id uuid REFERENCES work_calendar ON DELETE RESTRICT,
    active boolean NOT NULL DEFAULT true,
    version bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT department_active_head_check CHECK (NOT active OR head_id IS NOT NULL),
    CONSTRAINT department_parent_check CHECK (parent_id <> id)
);
CREATE INDEX department_parent_id_idx ON department (parent_id);
CREATE INDEX department_head_id_idx ON department (head_id);
CREATE INDEX department_deputy_id_idx ON department (deputy_id);
CREATE INDEX department_calendar_id_idx ON department (calendar_id);

CREATE TABLE staff (
    id uuid PRIMARY KEY,
    email text NOT NULL,
    email_normalised text NOT NULL UNIQUE,
    display_name text NOT NULL,
    role text NOT NULL CHECK (role IN ('admin', 'service_agent', 'handler', 'department_head', 'analyst')),
    department_id uuid REFERENCES department ON DELETE RESTRICT,
    active boolean NOT NULL DEFAULT true,
    capacity integer CHECK (capacity BETWEEN 0 AND 10000),
    password_hash text NOT NULL CHECK (password_hash <> ''),
    epoch bigint NOT NULL DEFAULT 1,
    version bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
COMMENT ON COLUMN staff.epoch IS 'Tokens of an older epoch are refused: it grows with password, role, department and deactivation.';
CREATE INDEX staff_department_id_idx ON staff (department_id);

ALTER TABLE department
    ADD CONSTRAINT department_head_id_fkey FOREIGN KEY (head_id) REFERENCES staff ON DELETE RESTRICT,
    ADD CONSTRAINT department_deputy_id_fkey FOREIGN KEY (deputy_id) REFERENCES staff ON DELETE RESTRICT;

CREATE TABLE department_tree (
    ancestor_id uuid NOT NULL REFERENCES department ON DELETE CASCADE,
    descendant_id uuid NOT NULL REFERENCES department ON DELETE CASCADE,
    depth integer NOT NULL CONSTRAINT department_tree_depth_check CHECK (depth BETWEEN 0 AND 7),
    PRIMARY KEY (ancestor_id, descendant_id)
);
COMMENT ON TABLE department_tree IS 'Who is above whom, kept by a trigger; at most eight levels, no cycles.';
CREATE INDEX department_tree_descendant_id_idx ON department_tree (descendant_id, depth);

CREATE FUNCTION keep_department_tree() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('department_tree'));
    IF EXISTS (
        WITH RECURSIVE up AS (
            SELECT NEW.parent_id AS id, 1 AS steps
            UNION ALL
            SELECT d.parent_id, up.steps + 1 FROM up JOIN department d ON d.id = up.id
            WHERE d.parent_id IS NOT NULL AND up.steps < 20
        ) SELECT 1 FROM up WHERE up.id = NEW.id
    ) THEN
        RAISE EXCEPTION 'a department cannot be below itself'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'department_tree_cycle_check', TABLE = 'department';
    END IF;
    DELETE FROM department_tree;
    INSERT INTO department_tree
        WITH RECURSIVE tree AS (
            SELECT id AS ancestor_id, id AS descendant_id, 0 AS depth FROM department
            UNION ALL
            SELECT tree.ancestor_id, child.id, tree.depth + 1
            FROM tree JOIN department child ON child.parent_id = tree.descendant_id
        ) SELECT * FROM tree;
    RETURN NULL;
END $$;
CREATE TRIGGER department_keeps_tree_on_insert AFTER INSERT ON department
    FOR EACH ROW EXECUTE FUNCTION keep_department_tree();
CREATE TRIGGER department_keeps_tree_on_update AFTER UPDATE OF parent_id ON department
    FOR EACH ROW WHEN (OLD.parent_id IS DISTINCT FROM NEW.parent_id) EXECUTE FUNCTION keep_department_tree();

CREATE TABLE staff_absence (
    id uuid PRIMARY KEY,
    staff_id uuid NOT NULL REFERENCES staff ON DELETE CASCADE,
    from_at timestamptz NOT NULL,
    to_at timestamptz NOT NULL,
    substitute_id uuid REFERENCES staff ON DELETE RESTRICT,
    CONSTRAINT staff_absence_period_check CHECK (from_at < to_at),
    CONSTRAINT staff_absence_substitute_check CHECK (substitute_id <> staff_id)
);
COMMENT ON TABLE staff_absence IS 'Out of office: half-open [from_at, to_at), with who stands in.';
CREATE INDEX staff_absence_staff_id_idx ON staff_absence (staff_id, to_at);
CREATE INDEX staff_absence_substitute_id_idx ON staff_absence (substitute_id);

CREATE TABLE staff_event (
    staff_id uuid NOT NULL REFERENCES staff ON DELETE RESTRICT,
    seq integer NOT NULL CHECK (seq >= 1),
    kind text NOT NULL,
    actor_kind text NOT NULL,
    actor_id uuid,
    at timestamptz NOT NULL,
    payload jsonb NOT NULL,
    prev_hash bytea NOT NULL,
    hash bytea NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (staff_id, seq)
);
COMMENT ON TABLE staff_event IS 'History of each member of staff as a hash chain.';
CREATE TRIGGER staff_event_is_append_only BEFORE UPDATE OR DELETE ON staff_event
    FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE refresh_token (
    id uuid PRIMARY KEY,
    family_id uuid NOT NULL,
    staff_id uuid NOT NULL REFERENCES staff ON DELETE CASCADE,
    epoch bigint NOT NULL,
    token_hash bytea NOT NULL UNIQUE CHECK (length(token_hash) = 32),
    issued_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz,
    revoked_at timestamptz
);
CREATE INDEX refresh_token_family_id_idx ON refresh_token (family_id);
CREATE INDEX refresh_token_staff_id_idx ON refresh_token (staff_id);
CREATE INDEX refresh_token_expires_at_idx ON refresh_token (expires_at);
CREATE INDEX refresh_token_revoked_at_idx ON refresh_token (revoked_at) WHERE revoked_at IS NOT NULL;

CREATE TABLE login_failure (
    id uuid PRIMARY KEY,
    account_hash bytea NOT NULL,
    network text NOT NULL,
    at timestamptz NOT NULL,
    pending boolean NOT NULL
);
COMMENT ON TABLE login_failure IS 'Each attempt reserves its place before its password is looked at; success gives the place back.';
CREATE INDEX login_failure_account_hash_idx ON login_failure (account_hash, at);
CREATE INDEX login_failure_network_idx ON login_failure (network, at);

CREATE TABLE api_key (
    id uuid PRIMARY KEY,
    name text NOT NULL,
    prefix text NOT NULL,
    key_hash bytea NOT NULL UNIQUE CHECK (length(key_hash) = 32),
    scopes text[] NOT NULL CHECK (cardinality(scopes) > 0),
    department_id uuid REFERENCES department ON DELETE RESTRICT,
    expires_at timestamptz,
    last_used_at timestamptz,
    revoked_at timestamptz,
    created_by uuid REFERENCES staff ON DELETE RESTRICT,
    version bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL
);
CREATE INDEX api_key_department_id_idx ON api_key (department_id);
CREATE INDEX api_key_created_by_idx ON api_key (created_by);

-- Every server hears of each change of who may come in, by whatever way it was made.
CREATE FUNCTION tell_principals() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('hearback_principals', TG_ARGV[0] || ':' || (to_jsonb(NEW) ->> TG_ARGV[1]));
    RETURN NULL;
END $$;
CREATE TRIGGER staff_is_told AFTER INSERT OR UPDATE OF epoch, active, role, department_id ON staff
    FOR EACH ROW EXECUTE FUNCTION tell_principals('staff', 'id');
CREATE TRIGGER api_key_is_told AFTER INSERT OR UPDATE OF scopes, department_id, expires_at, revoked_at ON api_key
    FOR EACH ROW EXECUTE FUNCTION tell_principals('api_key', 'id');
CREATE TRIGGER refresh_token_is_told AFTER UPDATE OF revoked_at ON refresh_token
    FOR EACH ROW WHEN (OLD.revoked_at IS NULL AND NEW.revoked_at IS NOT NULL)
    EXECUTE FUNCTION tell_principals('session', 'family_id');
CREATE TRIGGER signing_key_is_told AFTER INSERT OR UPDATE ON signing_key
    FOR EACH ROW EXECUTE FUNCTION tell_principals('signing_key', 'id');

-- The action looks first, under a lock; this is for whatever forgets to.
CREATE FUNCTION keep_an_admin() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM staff WHERE role = 'admin' AND active) THEN
        RAISE EXCEPTION 'there is no active administrator left'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'staff_last_admin_check', TABLE = 'staff';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER staff_keeps_an_admin AFTER UPDATE OF role, active ON staff FOR EACH ROW
    WHEN (OLD.role = 'admin' AND OLD.active AND (NEW.role <> 'admin' OR NOT NEW.active))
    EXECUTE FUNCTION keep_an_admin();
