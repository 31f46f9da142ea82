-- Who sees which feedback, in one place: lists, reads and actions ask the same table.

CREATE TABLE feedback_sight (
    feedback_id uuid NOT NULL REFERENCES feedback ON DELETE RESTRICT,
    viewer_id uuid NOT NULL,
    why text NOT NULL CHECK (why IN ('department', 'handler', 'called')),
    PRIMARY KEY (feedback_id, viewer_id, why)
);
COMMENT ON TABLE feedback_sight IS 'Which departments were ever given the feedback, who handles it, and whom its level has called; kept by triggers.';
CREATE INDEX feedback_sight_viewer_id_idx ON feedback_sight (viewer_id, feedback_id);

INSERT INTO feedback_sight SELECT DISTINCT feedback_id, department_id, 'department' FROM dispatch;
INSERT INTO feedback_sight SELECT id, handler_id, 'handler' FROM feedback WHERE handler_id IS NOT NULL;
INSERT INTO feedback_sight SELECT DISTINCT e.feedback_id, e.target_id, 'called'
    FROM escalation e JOIN feedback f ON f.id = e.feedback_id WHERE e.target_id IS NOT NULL AND f.escalation_level > 0;

CREATE FUNCTION show_to_department() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO feedback_sight VALUES (NEW.feedback_id, NEW.department_id, 'department') ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER dispatch_shows_feedback AFTER INSERT ON dispatch FOR EACH ROW EXECUTE FUNCTION show_to_department();

CREATE FUNCTION show_to_handler() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        DELETE FROM feedback_sight WHERE feedback_id = OLD.id AND viewer_id = OLD.handler_id AND why = 'handler';
    END IF;
    IF NEW.handler_id IS NOT NULL THEN
        INSERT INTO feedback_sight VALUES (NEW.id, NEW.handler_id, 'handler');
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER feedback_is_shown_on_insert AFTER INSERT ON feedback FOR EACH ROW
    WHEN (NEW.handler_id IS NOT NULL) EXECUTE FUNCTION show_to_handler();
CREATE TRIGGER feedback_is_shown_on_update AFTER UPDATE OF handler_id ON feedback FOR EACH ROW
    WHEN (OLD.handler_id IS DISTINCT FROM NEW.handler_id) EXECUTE FUNCTION show_to_handler();

CREATE FUNCTION show_to_called() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO feedback_sight VALUES (NEW.feedback_id, NEW.target_id, 'called') ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER escalation_shows_feedback AFTER INSERT ON escalation FOR EACH ROW
    WHEN (NEW.target_id IS NOT NULL) EXECUTE FUNCTION show_to_called();

-- A case that begins anew at level 0 calls nobody any more.
CREATE FUNCTION dismiss_called() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM feedback_sight WHERE feedback_id = NEW.id AND why = 'called';
    RETURN NULL;
END $$;
CREATE TRIGGER feedback_dismisses_called AFTER UPDATE OF escalation_level ON feedback FOR EACH ROW
    WHEN (NEW.escalation_level = 0 AND OLD.escalation_level > 0) EXECUTE FUNCTION dismiss_called();

-- The person, and whoever is out of office and has them for a substitute, directly or through a substitute who is out too.
CREATE FUNCTION stands_for(person uuid, moment timestamptz) RETURNS SETOF uuid LANGUAGE sql STABLE ROWS 2 AS $$
    WITH RECURSIVE away AS (
        SELECT DISTINCT ON (a.staff_id) a.staff_id, a.substitute_id
        FROM staff_absence a JOIN staff s ON s.id = a.staff_id AND s.active
        WHERE a.from_at <= moment AND moment < a.to_at ORDER BY a.staff_id, a.from_at DESC, a.id DESC
    ), line AS (
        SELECT person AS id
        UNION SELECT away.staff_id FROM line JOIN away ON away.substitute_id = line.id
    )
    SELECT id FROM line
$$;

-- The departments that a person leads at an instant, as head or deputy or for one of them.
CREATE FUNCTION departments_led_by(person uuid, moment timestamptz) RETURNS SETOF uuid LANGUAGE sql STABLE ROWS 2 AS $$
    SELECT DISTINCT d.id FROM stands_for(person, moment) AS one (id) JOIN department d ON one.id IN (d.head_id, d.deputy_id)
$$;

-- Under which ids a person sees feedback: their own; their department's; those they lead; all below these.
CREATE FUNCTION viewers_of(person uuid, department uuid, moment timestamptz) RETURNS uuid[] LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN ARRAY(
        SELECT person
        UNION SELECT descendant_id FROM department_tree WHERE ancestor_id = department
        UNION SELECT t.descendant_id FROM departments_led_by(person, moment) AS led (id) JOIN department_tree t ON t.ancestor_id = led.id);
END $$;

-- Whether a person is in the chain of the department `service`, which stands in where feedback has none.
CREATE FUNCTION leads_service(person uuid, moment timestamptz) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN EXISTS (
        SELECT FROM departments_led_by(person, moment) AS led (id) JOIN department_tree t ON t.ancestor_id = led.id
            JOIN department d ON d.id = t.descendant_id WHERE d.code = 'service');
END $$;

CREATE FUNCTION sees_feedback(one uuid, held_by uuid, person uuid, department uuid, moment timestamptz) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN EXISTS (SELECT FROM feedback_sight WHERE feedback_id = one AND viewer_id = ANY (viewers_of(person, department, moment)))
        OR (held_by IS NULL AND leads_service(person, moment));
END $$;
