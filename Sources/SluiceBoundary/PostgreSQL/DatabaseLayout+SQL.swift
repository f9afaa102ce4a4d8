extension DatabaseLayout {
    /// Everything that the boundary needs in its database, in one transaction. Running it again changes nothing; run
    /// by a newer program it brings older tables up to date. For a superuser, or who may create roles and owns the
    /// database.
    public func sql() -> String {
        ([
            """
            -- The boundary of Sluice, version \(Self.version). May be run again at any time.
            BEGIN;
            SET LOCAL client_min_messages = warning;
            """, DatabaseSQL.makeRoles(owner: owner, logins: roles.map(\.name)), makeBooks,
        ] + streams.map(makeTables) + [
            prepareDays, dropDays, makeClaims, owners,
            DatabaseSQL.revokes(schema: schema, owner: owner, logins: roles.map(\.name)), grants,
            """
            SELECT \(schema).prepare_days();
            INSERT INTO \(schema).version (number) VALUES (\(Self.version)) ON CONFLICT DO NOTHING;
            COMMIT;
            """,
        ]).joined(separator: "\n\n") + "\n"
    }

    private var makeBooks: String {
        let names = streams.map { stream in
            "('\(stream.name)', '\(tables(stream).stem)', '\(tables(stream.opposite).stem)')"
        }
        return DatabaseSQL.makeVersions(schema: schema, version: Self.version) + "\n" + """
            -- Every stream, the stem of its tables' names, and that of the stream whose manifests acknowledge it.
            CREATE TABLE IF NOT EXISTS \(schema).stream (
                name text PRIMARY KEY,
                stem text NOT NULL,
                opposite text NOT NULL
            );
            INSERT INTO \(schema).stream (name, stem, opposite) VALUES
                \(names.joined(separator: ",\n    ")) ON CONFLICT DO NOTHING;
            -- How far a stream is acknowledged, by manifests that may have been dropped since.
            CREATE TABLE IF NOT EXISTS \(schema).acknowledged (
                stem text PRIMARY KEY,
                epoch integer NOT NULL,
                batch bigint NOT NULL
            );
            """
    }

    /// Writers may fill in neither the day nor the transaction: both are the server's word.
    private func makeTables(_ stream: BoundaryStream) -> String {
        let tables = tables(stream)
        let today = "day date NOT NULL DEFAULT ((now() AT TIME ZONE 'UTC')::date)"
        return """
            CREATE TABLE IF NOT EXISTS \(tables.lines) (
                \(today),
                epoch integer NOT NULL CHECK (epoch > 0),
                batch bigint NOT NULL CHECK (batch > 0),
                line integer NOT NULL CHECK (line BETWEEN 0 AND 4096),
                content bytea NOT NULL CHECK (octet_length(content) <= 1052672),
                PRIMARY KEY (epoch, batch, line, day)
            ) PARTITION BY RANGE (day);
            CREATE TABLE IF NOT EXISTS \(tables.manifests) (
                \(today),
                epoch integer NOT NULL CHECK (epoch > 0),
                batch bigint NOT NULL CHECK (batch > 0),
                ack_epoch integer NOT NULL,
                ack_batch bigint NOT NULL,
                xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
                content bytea NOT NULL CHECK (octet_length(content) <= 8192),
                PRIMARY KEY (epoch, batch, day)
            ) PARTITION BY RANGE (day);
            CREATE INDEX IF NOT EXISTS \(tables.stem)_ack ON \(tables.manifests) (ack_epoch, ack_batch);
            """
    }

    private var makeClaims: String {
        streams.map { stream in
            DatabaseSQL.function(
                schema, "claim_\(tables(stream).stem)()", "void", patience: "500ms",
                """
                BEGIN
                    PERFORM pg_advisory_lock(hashtext('\(schema)'), hashtext('\(stream.name)'));
                END;
                """)
        }.joined(separator: "\n")
    }

    private var prepareDays: String {
        DatabaseSQL.prepareDays(
            schema, of: "SELECT stem || kind FROM \(schema).stream, (VALUES ('_line'), ('_manifest')) AS k (kind)")
    }

    private var dropDays: String {
        """
        -- Drops days that are older than `keep` days and whose batches are all acknowledged, oldest first. What is not
        -- acknowledged stays, and every later day of its stream with it.

        """
            + DatabaseSQL.function(
                schema, "drop_days(keep integer)", "SETOF text",
                """
                DECLARE
                    s record; day text; far record; last record;
                BEGIN
                    PERFORM pg_advisory_xact_lock(hashtext('\(schema)'), hashtext('days'));
                    FOR s IN SELECT stem, opposite FROM \(schema).stream LOOP
                        EXECUTE format(
                            'INSERT INTO \(schema).acknowledged AS a SELECT %L, ack_epoch, ack_batch FROM \(schema).%I
                             ORDER BY ack_epoch DESC, ack_batch DESC LIMIT 1
                             ON CONFLICT (stem) DO UPDATE SET epoch = excluded.epoch, batch = excluded.batch
                             WHERE (a.epoch, a.batch) < (excluded.epoch, excluded.batch)',
                            s.stem, s.opposite || '_manifest');
                    END LOOP;
                    FOR s IN SELECT stem FROM \(schema).stream LOOP
                        SELECT epoch, batch INTO far FROM \(schema).acknowledged WHERE stem = s.stem;
                        FOR day IN
                            SELECT right(c.relname, 8) FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
                            WHERE i.inhparent = to_regclass(format('\(schema).%I', s.stem || '_manifest'))
                            AND right(c.relname, 8) < to_char((now() AT TIME ZONE 'UTC')::date - greatest(keep, 1), 'YYYYMMDD')
                            ORDER BY 1
                        LOOP
                            EXECUTE format(
                                'SELECT epoch, batch FROM \(schema).%I ORDER BY epoch DESC, batch DESC LIMIT 1',
                                s.stem || '_manifest_' || day) INTO last;
                            EXIT WHEN last.epoch IS NOT NULL
                                AND (far.epoch IS NULL OR (last.epoch, last.batch) > (far.epoch, far.batch));
                            EXECUTE format('DROP TABLE \(schema).%I', s.stem || '_manifest_' || day);
                            EXECUTE format('DROP TABLE IF EXISTS \(schema).%I', s.stem || '_line_' || day);
                            RETURN NEXT s.stem || ' ' || day;
                        END LOOP;
                    END LOOP;
                END;
                """)
    }

    private var owners: String {
        var owned = ["SCHEMA \(schema)"] + Self.books.map { "TABLE \(schema).\($0)" }
        for stream in streams {
            let tables = tables(stream)
            owned += ["TABLE \(tables.lines)", "TABLE \(tables.manifests)", "FUNCTION \(tables.claim)()"]
        }
        owned += ["FUNCTION \(schema).prepare_days()", "FUNCTION \(schema).drop_days(integer)"]
        return owned.map { "ALTER \($0) OWNER TO \(owner);" }.joined(separator: "\n")
    }

    private var grants: String { grants(on: grantTarget) }

    private func grantTarget(_ verb: DatabaseObject.Verb, _ object: DatabaseObject) -> String? {
        switch (object.kind, verb) {
        case (.database, _): nil
        case (.schema, _): "\(verb.rawValue) ON SCHEMA \(object.name)"
        case (.lines, .insert): "INSERT (epoch, batch, line, content) ON \(object.name)"
        case (.manifests, .insert): "INSERT (epoch, batch, ack_epoch, ack_batch, content) ON \(object.name)"
        case (.claim, _), (.prepareDays, _), (.dropDays, _): "EXECUTE ON FUNCTION \(object.name)"
        default: "\(verb.rawValue) ON \(object.name)"
        }
    }
}
