DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'hearback_app') THEN
        RETURN;
    END IF;
    ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON TABLES FROM hearback_app;
    ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON SEQUENCES FROM hearback_app;
    REVOKE ALL ON ALL TABLES IN SCHEMA public FROM hearback_app;
    REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM hearback_app;
    REVOKE ALL ON SCHEMA public FROM hearback_app;
EXCEPTION
    WHEN insufficient_privilege THEN NULL;
END $$;
