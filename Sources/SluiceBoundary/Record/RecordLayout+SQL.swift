extension RecordLayout {
    public func sql() -> String {
        [
            """
            -- The record of Sluice's quarantine, version \(Self.version). May be run again at any time.
            BEGIN;
            SET LOCAL client_min_messages = warning;
            """, DatabaseSQL.makeRoles(owner: owner, logins: roles.map(\.name)),
            DatabaseSQL.makeVersions(schema: schema, version: Self.version), makeBooks, makeTables, makeState,
            makeClaim, prepareDays, dropDays, eraseLines, owners,
            DatabaseSQL.revokes(schema: schema, owner: owner, logins: roles.map(\.name)), grants,
            """
            SELECT \(schema).prepare_days();
            INSERT INTO \(schema).version (number) VALUES (\(Self.version)) ON CONFLICT DO NOTHING;
            COMMIT;
            """,
        ].joined(separator: "\n\n") + "\n"
    }

    private var makeBooks: String {
        """
        -- By which a relay knows its record again.
        CREATE TABLE IF NOT EXISTS \(schema).identity (
            one boolean PRIMARY KEY DEFAULT true CHECK (one),
            id text NOT NULL DEFAULT gen_random_uuid()::text
        );
        INSERT INTO \(schema).identity DEFAULT VALUES ON CONFLICT DO NOTHING;
        -- Days that retention has taken, and lines that an erasure has emptied.
        CREATE TABLE IF NOT EXISTS \(schema).dropped (
            day date PRIMARY KEY,
            items bigint NOT NULL,
            at timestamptz NOT NULL DEFAULT now()
        );
        CREATE TABLE IF NOT EXISTS \(schema).erasure (
            producer text NOT NULL,
            epoch bigint NOT NULL,
            number bigint NOT NULL,
            at timestamptz NOT NULL DEFAULT now()
        );
        """
    }

    private var makeTables: String {
        let today = "day date NOT NULL DEFAULT ((now() AT TIME ZONE 'UTC')::date)"
        let line = "line bytea NOT NULL CHECK (octet_length(line) <= 1052672)"
        return """
            -- What proves where a line comes from.
            CREATE TABLE IF NOT EXISTS \(schema).batch (
                \(today), stream text NOT NULL, epoch bigint NOT NULL, batch bigint NOT NULL,
                received_at timestamptz NOT NULL, manifest bytea NOT NULL, signature bytea NOT NULL, digests bytea NOT NULL,
                PRIMARY KEY (stream, epoch, batch, day)
            ) PARTITION BY RANGE (day);
            -- Lines that hand over keys which items of the batch share, each behind its index; since version 2.
            ALTER TABLE \(schema).batch ADD COLUMN IF NOT EXISTS keys bytea NOT NULL DEFAULT '';
            -- Verbatim; emptied by an erasure alone. `awaits_receipt` is false where a one-way link brings none.
            CREATE TABLE IF NOT EXISTS \(schema).item (
                \(today), stream text NOT NULL, batch_epoch bigint NOT NULL, batch bigint NOT NULL,
                line_index integer NOT NULL, producer text NOT NULL, epoch bigint NOT NULL, number bigint NOT NULL,
                item_id text NOT NULL, attempt bigint NOT NULL, channel_id text NOT NULL, kind text NOT NULL,
                created_at timestamptz NOT NULL, awaits_receipt boolean NOT NULL, \(line),
                PRIMARY KEY (stream, batch_epoch, batch, line_index, day)
            ) PARTITION BY RANGE (day);
            CREATE INDEX IF NOT EXISTS item_number ON \(schema).item (producer, epoch, number);
            CREATE INDEX IF NOT EXISTS item_id ON \(schema).item (item_id);
            -- Every decision, the checks' and people's. The latest about a number prevails. Ranges, some for each batch: in
            -- one table, since every item's state is looked up here, and in forty partitions that would be forty look-ups.
            CREATE SEQUENCE IF NOT EXISTS \(schema).verdict_sequence;
            CREATE TABLE IF NOT EXISTS \(schema).verdict (
                \(today), sequence bigint NOT NULL DEFAULT nextval('\(schema).verdict_sequence'),
                producer text NOT NULL, epoch bigint NOT NULL, first bigint NOT NULL, last bigint NOT NULL,
                decision text NOT NULL CHECK (decision IN ('released', 'held', 'rejected')), code text NOT NULL,
                reason text NOT NULL, at timestamptz NOT NULL, by text NOT NULL, is_late boolean NOT NULL,
                CHECK (last - first BETWEEN 0 AND 4095),
                PRIMARY KEY (sequence)
            );
            CREATE INDEX IF NOT EXISTS verdict_range ON \(schema).verdict (producer, epoch, last);
            CREATE INDEX IF NOT EXISTS verdict_day ON \(schema).verdict (day);
            -- The far side's, verbatim.
            CREATE TABLE IF NOT EXISTS \(schema).receipt (
                \(today), stream text NOT NULL, batch_epoch bigint NOT NULL, batch bigint NOT NULL,
                line_index integer NOT NULL, producer text NOT NULL, epoch bigint NOT NULL, first bigint NOT NULL,
                last bigint NOT NULL, at timestamptz NOT NULL, \(line),
                PRIMARY KEY (stream, batch_epoch, batch, line_index)
            );
            CREATE INDEX IF NOT EXISTS receipt_range ON \(schema).receipt (producer, epoch, last);
            CREATE INDEX IF NOT EXISTS receipt_day ON \(schema).receipt (day);
            """
    }

    /// A verdict's range lies within one batch, so that no row in front of the item is further away than a batch is long.
    private var makeState: String {
        """
        -- What became of each item: quarantined (no verdict yet), held, rejected, released, taken.
        CREATE OR REPLACE VIEW \(schema).item_state AS
        SELECT i.day, i.producer, i.epoch, i.number, i.item_id, i.attempt, i.channel_id, i.kind, i.created_at, i.stream,
            i.batch_epoch, i.batch, i.line_index, i.awaits_receipt, octet_length(i.line) = 0 AS is_erased,
            CASE WHEN v.decision = 'released' AND t.first <= i.number THEN 'taken'
                ELSE coalesce(v.decision, 'quarantined') END AS state,
            v.code, v.reason, v.at AS decided_at, v.by, v.is_late
        FROM \(schema).item i
        LEFT JOIN LATERAL (
            SELECT * FROM \(schema).verdict WHERE verdict.producer = i.producer AND verdict.epoch = i.epoch
            AND verdict.last BETWEEN i.number AND i.number + 4095 AND verdict.first <= i.number
            ORDER BY verdict.sequence DESC LIMIT 1) v ON true
        LEFT JOIN LATERAL (
            SELECT receipt.first FROM \(schema).receipt WHERE receipt.producer = i.producer AND receipt.epoch = i.epoch
            AND receipt.last >= i.number ORDER BY receipt.last LIMIT 1) t ON true;
        """
    }

    private var makeClaim: String {
        DatabaseSQL.function(
            schema, "claim()", "void", patience: "500ms",
            """
            BEGIN
                PERFORM pg_advisory_lock(hashtext('\(schema)'), hashtext('record'));
            END;
            """)
    }

    private var prepareDays: String {
        DatabaseSQL.prepareDays(schema, of: "SELECT unnest(ARRAY['\(Self.daily.joined(separator: "', '"))'])")
    }

    /// Verdicts and receipts of an item stand in its own day or in a later one, so days go oldest first.
    private var dropDays: String {
        """
        -- Drops the oldest day when it is older than `keep` days and its items all have their end: rejected, taken, or
        -- released to where no receipt comes from. A day with one that has none stays, and every later day with it. One
        -- day a call, so that nobody waits for a lock while the next one is looked over.

        """
            + DatabaseSQL.function(
                schema, "drop_days(keep integer)", "SETOF text",
                """
                DECLARE
                    d text; parent text; is_open boolean; kept bigint;
                BEGIN
                    PERFORM pg_advisory_xact_lock(hashtext('\(schema)'), hashtext('days'));
                    FOR d IN
                        SELECT right(c.relname, 8) FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
                        WHERE i.inhparent = '\(schema).item'::regclass
                        AND right(c.relname, 8) < to_char((now() AT TIME ZONE 'UTC')::date - greatest(keep, 1), 'YYYYMMDD')
                        ORDER BY 1 LIMIT 1
                    LOOP
                        SELECT count(*), coalesce(bool_or(
                            state <> 'rejected' AND state <> 'taken' AND NOT (state = 'released' AND NOT awaits_receipt)), false)
                        INTO kept, is_open FROM \(schema).item_state WHERE day = d::date;
                        EXIT WHEN is_open;
                        FOREACH parent IN ARRAY ARRAY['\(Self.daily.joined(separator: "', '"))'] LOOP
                            EXECUTE format('DROP TABLE IF EXISTS \(schema).%I', parent || '_' || d);
                        END LOOP;
                        DELETE FROM \(schema).verdict WHERE day <= d::date;
                        DELETE FROM \(schema).receipt WHERE day <= d::date;
                        INSERT INTO \(schema).dropped (day, items) VALUES (d::date, kept) ON CONFLICT DO NOTHING;
                        RETURN NEXT 'quarantine ' || d;
                    END LOOP;
                END;
                """)
    }

    private var eraseLines: String {
        """
        -- Takes away what items said, and writes down that it did: those of these numbers; and those of these ids that were
        -- made by a time (milliseconds), which quarantine.db may have let go of long ago.

        """
            + DatabaseSQL.function(
                schema, "erase_lines(producers text[], epochs bigint[], numbers bigint[], ids text[], made_by bigint)",
                "bigint",
                """
                DECLARE
                    emptied bigint; more bigint;
                BEGIN
                    WITH numbered AS (
                        UPDATE \(schema).item i SET line = '' FROM unnest(producers, epochs, numbers) AS g (producer, epoch, number)
                        WHERE i.producer = g.producer AND i.epoch = g.epoch AND i.number = g.number
                        AND octet_length(i.line) > 0 RETURNING i.producer, i.epoch, i.number)
                    INSERT INTO \(schema).erasure (producer, epoch, number) SELECT producer, epoch, number FROM numbered;
                    GET DIAGNOSTICS emptied = ROW_COUNT;
                    WITH named AS (
                        UPDATE \(schema).item i SET line = '' WHERE i.item_id = ANY (ids)
                        AND i.created_at <= to_timestamp(made_by::float8 / 1000) AND octet_length(i.line) > 0 RETURNING i.producer, i.epoch, i.number)
                    INSERT INTO \(schema).erasure (producer, epoch, number) SELECT producer, epoch, number FROM named;
                    GET DIAGNOSTICS more = ROW_COUNT;
                    RETURN emptied + more;
                END;
                """)
    }

    private var owners: String {
        let tables = (Self.daily + Self.ranges + Self.books).map { "TABLE \(schema).\($0)" }
        let functions = objects.filter { [.routine, .prepareDays, .dropDays].contains($0.kind) }.map {
            "FUNCTION \($0.name)"
        }
        let owned =
            ["SCHEMA \(schema)", "VIEW \(schema).item_state", "SEQUENCE \(schema).verdict_sequence"] + tables
            + functions
        return owned.map { "ALTER \($0) OWNER TO \(owner);" }.joined(separator: "\n")
    }

    private var grants: String { grants(on: grantTarget) }

    private func grantTarget(_ verb: DatabaseObject.Verb, _ object: DatabaseObject) -> String? {
        switch (object.kind, verb) {
        case (.database, _): nil
        case (.schema, _): "\(verb.rawValue) ON SCHEMA \(object.name)"
        case (.table(let name), .insert): Self.columns[name].map { "INSERT (\($0)) ON \(object.name)" }
        case (.sequence, _): "\(verb.rawValue) ON SEQUENCE \(object.name)"
        case (.prepareDays, _), (.dropDays, _), (.routine, _): "EXECUTE ON FUNCTION \(object.name)"
        default: "\(verb.rawValue) ON \(object.name)"
        }
    }
}
