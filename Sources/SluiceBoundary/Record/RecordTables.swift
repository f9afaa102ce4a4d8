internal import PostgresKit
internal import SluiceSDK

/// The record's statements.
struct RecordTables: Sendable {
    let schema: String

    private func time(_ column: String) -> String { "to_timestamp(\(column)::float8 / 1000)" }
    private func columns(_ table: String) -> String { RecordLayout.columns[table] ?? "" }

    /// One statement is one transaction: everything or nothing. Where there is no batch $1 is NULL.
    var append: String {
        """
        WITH new_batch AS (
            INSERT INTO \(schema).batch (\(columns("batch")))
            SELECT $1::text, $2::bigint, $3::bigint, \(time("$4::bigint")), $5::bytea, $6::bytea, $7::bytea, $8::bytea
            WHERE $1::text IS NOT NULL),
        new_items AS (
            INSERT INTO \(schema).item (\(columns("item")))
            SELECT $1::text, $2::bigint, $3::bigint, line_index, producer, epoch, number, item_id, attempt, channel_id, kind,
                \(time("created_at")), awaits, line
            FROM unnest($9::int[], $10::text[], $11::bigint[], $12::bigint[], $13::text[], $14::bigint[], $15::text[], $16::text[],
                $17::bigint[], $18::boolean[], $19::bytea[]) AS i (line_index, producer, epoch, number, item_id, attempt,
                channel_id, kind, created_at, awaits, line)),
        new_receipts AS (
            INSERT INTO \(schema).receipt (\(columns("receipt")))
            SELECT $1::text, $2::bigint, $3::bigint, line_index, producer, epoch, first, last, \(time("at")), line
            FROM unnest($20::int[], $21::text[], $22::bigint[], $23::bigint[], $24::bigint[], $25::bigint[], $26::bytea[])
                AS r (line_index, producer, epoch, first, last, at, line))
        INSERT INTO \(schema).verdict (\(columns("verdict")))
        SELECT producer, epoch, first, last, decision, code, reason, \(time("at")), by, is_late
        FROM unnest($27::text[], $28::bigint[], $29::bigint[], $30::bigint[], $31::text[], $32::text[], $33::text[],
            $34::bigint[], $35::text[], $36::boolean[]) WITH ORDINALITY
            AS v (producer, epoch, first, last, decision, code, reason, at, by, is_late, n) ORDER BY n
        RETURNING sequence
        """
    }

    func values(_ rows: RecordRows) -> [PostgresValue] {
        let (items, receipts, verdicts) = (rows.items, rows.receipts, rows.decisions.map(\.verdict))
        var values: [PostgresValue] = [
            PostgresValue(rows.batch?.stream), PostgresValue(rows.batch?.position.epoch),
            PostgresValue(rows.batch?.position.batch),
            rows.batch.map { .integer($0.receivedAt.milliseconds) } ?? .null,
            .bytes(rows.batch?.manifest ?? []), .bytes(rows.batch?.signature ?? []),
            .bytes(rows.batch?.digests ?? []), .bytes(rows.batch?.keys ?? []),
        ]
        values += [
            Self.numbers(items, \.lineIndex), Self.texts(items.map(\.producer)), Self.numbers(items, \.epoch),
            Self.numbers(items, \.number), Self.texts(items.map(\.itemID)), Self.numbers(items, \.attempt),
            Self.texts(items.map(\.channelID)), Self.texts(items.map(\.kind)),
            .integers(items.map(\.createdAt.milliseconds)), Self.flags(items.map(\.awaitsReceipt)),
            .manyBytes(items.map(\.line)),
        ]
        values += [
            Self.numbers(receipts, \.lineIndex), Self.texts(receipts.map(\.range.producer)),
            Self.numbers(receipts, \.range.epoch), Self.numbers(receipts, \.range.first),
            Self.numbers(receipts, \.range.last), .integers(receipts.map(\.at.milliseconds)),
            .manyBytes(receipts.map(\.line)),
        ]
        values += [
            Self.texts(verdicts.map(\.range.producer)), Self.numbers(verdicts, \.range.epoch),
            Self.numbers(verdicts, \.range.first), Self.numbers(verdicts, \.range.last),
            Self.texts(verdicts.map(\.decision.rawValue)), Self.texts(verdicts.map(\.code)),
            Self.texts(verdicts.map(\.reason)), .integers(verdicts.map(\.at.milliseconds)),
            Self.texts(verdicts.map(\.by)), Self.flags(rows.decisions.map(\.isLate)),
        ]
        return values
    }

    var manifest: String {
        "SELECT manifest FROM \(schema).batch WHERE stream = $1::text AND epoch = $2::bigint AND batch = $3::bigint"
    }

    var erase: String { "SELECT \(schema).erase_lines($1::text[], $2::bigint[], $3::bigint[], $4::text[], $5::bigint)" }

    func erased(_ rows: RecordRows) -> [PostgresValue] {
        [
            Self.texts(rows.erased.map(\.producer)), Self.numbers(rows.erased, \.epoch),
            Self.numbers(rows.erased, \.first), Self.texts(rows.erasedIDs?.ids ?? []),
            .integer(rows.erasedIDs?.time.milliseconds ?? 0),
        ]
    }

    /// Whose record it is, and the number of its last verdict.
    var head: String {
        "SELECT id, (SELECT coalesce(max(sequence), 0) FROM \(schema).verdict) FROM \(schema).identity"
    }

    /// The latest of people's decisions behind a verdict's number, for each item.
    var late: String {
        """
        SELECT DISTINCT ON (producer, epoch, first) producer, epoch, first, decision FROM \(schema).verdict
        WHERE sequence > $1::bigint AND is_late AND first = last ORDER BY producer, epoch, first, sequence DESC
        """
    }

    /// How many items of some batches are in which state; a batch without any comes with NULL.
    var states: String {
        """
        SELECT b.n, s.state, count(s.state) FROM unnest($1::text[], $2::bigint[], $3::bigint[]) WITH ORDINALITY
            AS g (stream, epoch, batch, n)
        JOIN LATERAL (SELECT g.n FROM \(schema).batch WHERE batch.stream = g.stream AND batch.epoch = g.epoch
            AND batch.batch = g.batch LIMIT 1) b ON true
        LEFT JOIN \(schema).item_state s ON s.stream = g.stream AND s.batch_epoch = g.epoch AND s.batch = g.batch
        GROUP BY b.n, s.state
        """
    }

    var lastDropped: String { "SELECT extract(epoch FROM max(day) + 1)::bigint FROM \(schema).dropped" }

    /// PostgreSQL's text has no zero byte; lines keep theirs.
    static func texts(_ texts: [String]) -> PostgresValue {
        .texts(texts.map { $0.utf8.contains(0) ? $0.replacing("\0", with: "\u{FFFD}") : $0 })
    }

    static func numbers<Row>(_ rows: [Row], _ path: KeyPath<Row, Int>) -> PostgresValue {
        .integers(rows.map { Int64($0[keyPath: path]) })
    }

    private static func flags(_ flags: [Bool]) -> PostgresValue { .texts(flags.map { $0 ? "t" : "f" }) }
}
