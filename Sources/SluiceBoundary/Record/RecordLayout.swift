/// The quarantine's record in PostgreSQL: what came, what was decided and what was receipted, appended by the relay and by
/// nobody else. What became of an item is derived from it.
public struct RecordLayout: DatabasePlan {
    public static let version: Int64 = 2
    public static let defaultSchema = "sluice_quarantine"

    public var schema: String
    /// Owns everything and cannot log in.
    public var owner: String
    public var relay: String
    public var auditor: String

    public init(
        schema: String = RecordLayout.defaultSchema, owner: String = "sluice_owner",
        relay: String = DatabaseLayout.role(of: "relay"), auditor: String = DatabaseLayout.role(of: "auditor")
    ) {
        (self.schema, self.owner, self.relay, self.auditor) = (schema, owner, relay, auditor)
    }

    /// The zones at both ends have no part in it: for them it is as for any other role.
    public var roles: [(name: String, zone: String)] { [(relay, "relay"), (auditor, "auditor")] }

    /// Tables with a partition for each day.
    static let daily = ["batch", "item"]
    /// What stands in them as ranges, some rows for each batch.
    static let ranges = ["verdict", "receipt"]
    /// Version, whose record it is, days that are gone, lines that were emptied.
    static let books = ["version", "identity", "dropped", "erasure"]

    /// What the relay fills in. The day of a row, the number of a verdict and the time of a book's row are the server's.
    static let columns = [
        "batch": "stream, epoch, batch, received_at, manifest, signature, digests, keys",
        "item": """
        stream, batch_epoch, batch, line_index, producer, epoch, number, item_id, attempt, channel_id, kind, created_at, \
        awaits_receipt, line
        """,
        "verdict": "producer, epoch, first, last, decision, code, reason, at, by, is_late",
        "receipt": "stream, batch_epoch, batch, line_index, producer, epoch, first, last, at, line",
    ]

    public var objects: [DatabaseObject] {
        [DatabaseObject(kind: .database, name: "the database"), DatabaseObject(kind: .schema, name: schema)]
            + (Self.daily + Self.ranges).map { DatabaseObject(kind: .table($0), name: "\(schema).\($0)") }
            + Self.daily.map { DatabaseObject(kind: .tableDays($0), name: "days of \(schema).\($0)_*") }
            + [
                DatabaseObject(kind: .view, name: "\(schema).item_state"),
                DatabaseObject(kind: .sequence, name: "\(schema).verdict_sequence"),
            ] + Self.books.map { DatabaseObject(kind: .table($0), name: "\(schema).\($0)") } + [
                DatabaseObject(kind: .routine, name: "\(schema).claim()"),
                DatabaseObject(kind: .prepareDays, name: "\(schema).prepare_days()"),
                DatabaseObject(kind: .dropDays, name: "\(schema).drop_days(integer)"),
                DatabaseObject(
                    kind: .routine, name: "\(schema).erase_lines(text[], bigint[], bigint[], text[], bigint)"),
                DatabaseObject(kind: .locks, name: "pg_advisory_lock(bigint) and its like"),
                DatabaseObject(kind: .largeObjects, name: "lo_create(oid) and its like"),
            ]
    }

    public func isAllowed(_ verb: DatabaseObject.Verb, on object: DatabaseObject, to zone: String) -> Bool {
        let (isRelay, isAuditor) = (zone == "relay", zone == "auditor")
        switch (object.kind, verb) {
        case (.database, .connect), (.schema, .usage): return isRelay || isAuditor
        case (.table(let name), .insert): return isRelay && Self.columns[name] != nil
        // The relay knows its own batches and verdicts again after a crash; what lines say it has itself.
        case (.table(let name), .select):
            return isAuditor || (isRelay && !["item", "receipt", "erasure"].contains(name))
        case (.view, .select): return isRelay || isAuditor
        case (.sequence, .usage): return isRelay
        case (.prepareDays, .execute), (.dropDays, .execute), (.routine, .execute): return isRelay
        default: return false
        }
    }
}
