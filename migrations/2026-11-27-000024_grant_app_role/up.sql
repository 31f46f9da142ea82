-- Where somebody else had made hearback_app and granted it to the login role, which may not grant it again, none of
-- 000010 stayed. Elsewhere this changes nothing.

DO $$
DECLARE
    history regclass;
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'hearback_app' AND pg_has_role(oid, 'MEMBER')
                   AND NOT has_table_privilege(oid, 'staff', 'SELECT')) THEN
        RETURN;
    END IF;
    BEGIN
        GRANT USAGE ON SCHEMA public TO hearback_app;
    EXCEPTION
        WHEN insufficient_privilege THEN NULL; -- everybody has it, unless its owner took it away
    END;
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO hearback_app;
    GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO hearback_app;
    ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO hearback_app;
    ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE ON SEQUENCES TO hearback_app;
    FOR history IN SELECT DISTINCT tgrelid::regclass FROM pg_trigger WHERE tgfoid = 'refuse_change'::regproc LOOP
        EXECUTE format('REVOKE UPDATE, DELETE ON %s FROM hearback_app', history);
    END LOOP;
END $$;
