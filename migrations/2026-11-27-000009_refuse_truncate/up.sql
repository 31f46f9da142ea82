-- Row triggers never see TRUNCATE, which would empty a history, by CASCADE too.
CREATE TRIGGER calendar_version_is_never_emptied BEFORE TRUNCATE ON calendar_version
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER staff_event_is_never_emptied BEFORE TRUNCATE ON staff_event
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER sla_policy_version_is_never_emptied BEFORE TRUNCATE ON sla_policy_version
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER feedback_event_is_never_emptied BEFORE TRUNCATE ON feedback_event
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Anchors were left out: they are what a removed chain shows by.
CREATE TRIGGER chain_anchor_is_append_only BEFORE UPDATE OR DELETE ON chain_anchor
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER chain_anchor_is_never_emptied BEFORE TRUNCATE ON chain_anchor
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
