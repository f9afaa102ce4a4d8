/// Pieces of SQL that every database of Sluice's is made with.
enum DatabaseSQL {
    static func makeRoles(owner: String, logins: [String]) -> String {
        let made = [(owner, "NOLOGIN")] + logins.map { ($0, "LOGIN") }
        return "-- Roles. Whoever runs the server gives them passwords or maps client certificates to them.\n"
            + made.map { role, login in
                """
                DO $$ BEGIN
                    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '\(role)') THEN
                        CREATE ROLE \(role) \(login) NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT;
                    END IF;
                END $$;
                """
            }.joined(separator: "\n")
    }

    /// A book of the versions that the tables have had, and a stop where they are newer than this program.
    static func makeVersions(schema: String, version: Int64) -> String {
        """
        CREATE SCHEMA IF NOT EXISTS \(schema);
        CREATE TABLE IF NOT EXISTS \(schema).version (
            number bigint PRIMARY KEY,
            at timestamptz NOT NULL DEFAULT now()
        );
        DO $$ BEGIN
            IF (SELECT max(number) FROM \(schema).version) > \(version) THEN
                RAISE 'the tables are of a newer version than this program, which is of version \(version)';
            END IF;
        END $$;
        """
    }

    /// A function that runs with the owner's rights, and looks nothing up in a place that its caller chooses.
    static func function(
        _ schema: String, _ name: String, _ result: String, patience: String = "5s", _ body: String
    ) -> String {
        """
        CREATE OR REPLACE FUNCTION \(schema).\(name) RETURNS \(result) LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = pg_catalog, pg_temp SET lock_timeout = '\(patience)' AS $sluice$
        \(body)
        $sluice$;
        """
    }

    /// - Parameter parents: the query that names the tables that have one of their own for each day.
    static func prepareDays(_ schema: String, of parents: String) -> String {
        "-- Tables for yesterday, today and the coming week, where they are missing.\n"
            + function(
                schema, "prepare_days()", "integer",
                """
                DECLARE
                    parent text; day date; made integer := 0;
                BEGIN
                    PERFORM pg_advisory_xact_lock(hashtext('\(schema)'), hashtext('days'));
                    FOR parent IN \(parents) LOOP
                        FOR day IN SELECT (now() AT TIME ZONE 'UTC')::date + n FROM generate_series(-1, 7) AS n LOOP
                            CONTINUE WHEN to_regclass(format('\(schema).%I', parent || to_char(day, '_YYYYMMDD'))) IS NOT NULL;
                            EXECUTE format(
                                'CREATE TABLE \(schema).%I PARTITION OF \(schema).%I FOR VALUES FROM (%L) TO (%L)',
                                parent || to_char(day, '_YYYYMMDD'), parent, day, day + 1);
                            made := made + 1;
                        END LOOP;
                    END LOOP;
                    RETURN made;
                END;
                """)
    }

    /// Whatever was given before, to whomever; and what PostgreSQL gives to everybody by itself.
    static func revokes(schema: String, owner: String, logins: [String]) -> String {
        let everybody = (["PUBLIC"] + logins).joined(separator: ", ")
        return """
            REVOKE ALL ON ALL TABLES IN SCHEMA \(schema) FROM \(everybody);
            REVOKE ALL ON ALL SEQUENCES IN SCHEMA \(schema) FROM \(everybody);
            REVOKE ALL ON ALL FUNCTIONS IN SCHEMA \(schema) FROM \(everybody);
            REVOKE ALL ON SCHEMA \(schema) FROM \(everybody);
            DO $$
            DECLARE
                f text;
            BEGIN
                EXECUTE format('REVOKE ALL ON DATABASE %I FROM \(everybody)', current_database());
                EXECUTE format('GRANT CONNECT ON DATABASE %I TO \(logins.joined(separator: ", "))', current_database());
                IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
                    RAISE WARNING 'locks and large objects stay open to every role: only a superuser can take them away';
                    RETURN;
                END IF;
                FOR f IN SELECT oid::regprocedure FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace AND
                    (proname LIKE 'pg\\_%advisory%' OR proname IN ('lo_creat', 'lo_create', 'lo_from_bytea', 'lo_import'))
                LOOP
                    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
                    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO \(owner)', f);
                END LOOP;
                REVOKE ALL ON SCHEMA public FROM PUBLIC;
            END $$;
            """
    }
}
