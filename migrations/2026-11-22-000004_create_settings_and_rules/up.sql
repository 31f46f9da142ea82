-- The organisation's settings, SLA policies with versions, routing rules.

CREATE TABLE settings (
    id boolean PRIMARY KEY DEFAULT true CHECK (id),
    name text NOT NULL,
    time_zone text NOT NULL,
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    calendar_id uuid NOT NULL REFERENCES work_calendar ON DELETE RESTRICT,
    auto_dispatch boolean NOT NULL DEFAULT false,
    no_approval_types text[] NOT NULL DEFAULT '{}',
    reopen_window_days integer NOT NULL DEFAULT 30 CHECK (reopen_window_days BETWEEN 0 AND 3650),
    confirmation_hours integer NOT NULL DEFAULT 72 CHECK (confirmation_hours BETWEEN 1 AND 8760),
    question_reminder_hours integer NOT NULL DEFAULT 48 CHECK (question_reminder_hours BETWEEN 1 AND 8760),
    question_timeout_days integer NOT NULL DEFAULT 7 CHECK (question_timeout_days BETWEEN 1 AND 365),
    max_hold_working_days integer NOT NULL DEFAULT 10 CHECK (max_hold_working_days BETWEEN 1 AND 365),
    warn_at_percent integer[] NOT NULL DEFAULT '{50,75,100}',
    ladder_percent integer[] NOT NULL DEFAULT '{125,150,200}' CHECK (cardinality(ladder_percent) = 3),
    version bigint NOT NULL DEFAULT 1,
    updated_at timestamptz NOT NULL
);
COMMENT ON TABLE settings IS 'One row: one deployment serves one organisation.';
CREATE INDEX settings_calendar_id_idx ON settings (calendar_id);

CREATE TABLE sla_policy (
    id uuid PRIMARY KEY,
    name text NOT NULL UNIQUE,
    position integer NOT NULL CHECK (position >= 0),
    content jsonb NOT NULL,
    active boolean NOT NULL DEFAULT true,
    version bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
COMMENT ON COLUMN sla_policy.content IS 'Conditions and targets, as the API shows them.';

CREATE TABLE sla_policy_version (
    id uuid PRIMARY KEY,
    policy_id uuid NOT NULL REFERENCES sla_policy ON DELETE RESTRICT,
    number integer NOT NULL CHECK (number >= 1),
    content jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    UNIQUE (policy_id, number)
);
COMMENT ON TABLE sla_policy_version IS 'Immutable text of a policy; running clocks keep the version they started with.';
CREATE TRIGGER sla_policy_version_is_append_only BEFORE UPDATE OR DELETE ON sla_policy_version
    FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE routing_rule (
    id uuid PRIMARY KEY,
    name text NOT NULL UNIQUE,
    position integer NOT NULL CHECK (position >= 0),
    conditions jsonb NOT NULL,
    department_id uuid NOT NULL REFERENCES department ON DELETE RESTRICT,
    active boolean NOT NULL DEFAULT true,
    version bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
COMMENT ON TABLE routing_rule IS 'Ordered; the first active rule whose conditions all hold takes the feedback.';
CREATE INDEX routing_rule_department_id_idx ON routing_rule (department_id);
CREATE INDEX routing_rule_position_idx ON routing_rule (position, id);

CREATE TABLE config_epoch (
    id boolean PRIMARY KEY DEFAULT true CHECK (id),
    epoch uuid NOT NULL DEFAULT gen_random_uuid()
);
COMMENT ON TABLE config_epoch IS 'One row: a new random epoch with each change of what servers keep in memory, so that one look tells whether it is still true.';
INSERT INTO config_epoch DEFAULT VALUES;

CREATE FUNCTION begin_config_epoch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE config_epoch SET epoch = gen_random_uuid();
    RETURN NULL;
END $$;
CREATE TRIGGER settings_begins_config_epoch AFTER INSERT OR UPDATE OR DELETE ON settings
    FOR EACH STATEMENT EXECUTE FUNCTION begin_config_epoch();
CREATE TRIGGER sla_policy_begins_config_epoch AFTER INSERT OR UPDATE OR DELETE ON sla_policy
    FOR EACH STATEMENT EXECUTE FUNCTION begin_config_epoch();
CREATE TRIGGER sla_policy_version_begins_config_epoch AFTER INSERT ON sla_policy_version
    FOR EACH STATEMENT EXECUTE FUNCTION begin_config_epoch();
CREATE TRIGGER routing_rule_begins_config_epoch AFTER INSERT OR UPDATE OR DELETE ON routing_rule
    FOR EACH STATEMENT EXECUTE FUNCTION begin_config_epoch();
CREATE TRIGGER calendar_version_begins_config_epoch AFTER INSERT ON calendar_version
    FOR EACH STATEMENT EXECUTE FUNCTION begin_config_epoch();
CREATE TRIGGER department_begins_config_epoch AFTER INSERT OR UPDATE OR DELETE ON department
    FOR EACH STATEMENT EXECUTE FUNCTION begin_config_epoch();
