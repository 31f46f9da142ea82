-- Working time: calendars, their dated exceptions, and the immutable versions that clocks count by.

CREATE TABLE work_calendar (
    id uuid PRIMARY KEY,
    name text NOT NULL,
    time_zone text NOT NULL,
    weekly jsonb NOT NULL,
    standard_day_minutes integer NOT NULL CHECK (standard_day_minutes BETWEEN 1 AND 1440),
    active boolean NOT NULL DEFAULT true,
    version bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX work_calendar_name_key ON work_calendar (name);

CREATE TABLE calendar_exception (
    calendar_id uuid NOT NULL REFERENCES work_calendar ON DELETE CASCADE,
    on_date date NOT NULL,
    kind text NOT NULL CHECK (kind IN ('holiday', 'make_up_day')),
    intervals jsonb,
    name text NOT NULL DEFAULT '',
    PRIMARY KEY (calendar_id, on_date),
    CHECK (kind = 'make_up_day' OR intervals IS NULL)
);
COMMENT ON TABLE calendar_exception IS 'Holidays and make-up working days; a make-up day without intervals has those of the first working weekday.';

CREATE TABLE calendar_version (
    id uuid PRIMARY KEY,
    calendar_id uuid NOT NULL REFERENCES work_calendar ON DELETE RESTRICT,
    number integer NOT NULL CHECK (number >= 1),
    content jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    UNIQUE (calendar_id, number)
);
COMMENT ON TABLE calendar_version IS 'Immutable snapshot of a calendar with its exceptions; running clocks keep the version they started with.';
CREATE TRIGGER calendar_version_is_append_only BEFORE UPDATE OR DELETE ON calendar_version
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
