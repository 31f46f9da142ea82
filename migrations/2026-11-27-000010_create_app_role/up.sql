-- What the server may do at most: each of its connections acts as hearback_app, which can add to history and not
-- change it. Where the login role may not make roles, the triggers of the same tables refuse alone.

DO $$
BEGIN
    CREATE ROLE hearback_app NOLOGIN;
EXCEPTION
    WHEN duplicate_object OR unique_violation THEN NULL;
    WHEN insufficient_privilege THEN RAISE NOTICE 'the role hearback_app cannot be made here';
END $$;

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'hearback_app') THEN
        RETURN;
    END IF;
    EXECUTE format('GRANT hearback_app TO %I', current_user);
    GRANT USAGE ON SCHEMA public TO hearback_app;
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO hearback_app;
    GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO hearback_app;
    ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO hearback_app;
    ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE ON SEQUENCES TO hearback_app;
    REVOKE UPDATE, DELETE ON feedback_event, staff_event, sla_policy_version, chain_anchor FROM hearback_app;
EXCEPTION
    WHEN insufficient_privilege THEN RAISE NOTICE 'the role hearback_app cannot be used here';
END $$;
