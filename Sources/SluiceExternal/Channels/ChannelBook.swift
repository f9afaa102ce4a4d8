internal import GRDB
internal import SluiceConfig
internal import SluiceSDK
internal import SluiceStore

/// What outlives the process about a channel: the version in force, the source its cursor belongs to, a pause.
struct ChannelBook: Sendable {
    struct Row: Sendable {
        var version: String?
        var source: String?
        var checkpoint: String?
        var pausedBy: String?
        var good: GoodChannel?

        init(_ row: GRDB.Row) {
            version = row["version"]
            source = row["source"]
            checkpoint = row["checkpoint"]
            pausedBy = row["paused_by"]
            good = (row["good"] as String?).flatMap { GoodChannel(id: row["name"], stored: $0) }
        }
    }

    let store: Store

    func row(_ id: String) async throws -> Row? {
        try await store.read { db in
            try GRDB.Row.fetchOne(db, sql: "SELECT * FROM channel WHERE name = ?", arguments: [id]).map(Row.init)
        }
    }

    func all() throws -> [String: Row] {
        try store.read { db in
            let rows = try GRDB.Row.fetchAll(db, sql: "SELECT * FROM channel")
            return Dictionary(uniqueKeysWithValues: rows.map { ($0["name"], Row($0)) })
        }
    }

    /// Notes the version that comes into force, and keeps it for a start with a bad file. A cursor means nothing to another kind of source.
    /// - Returns: what becomes of the cursor, for people.
    func take(_ file: ChannelFile, _ lookups: [String: [String: String]]) async throws -> String {
        let (id, version, source) = (file.id, file.version, file.source.type)
        let good = GoodChannel(
            id: id, written: file.written,
            lookups: lookups.filter { CompiledChannel.lookupNames(file).contains($0.key) }
        ).stored
        let before = try await row(id)
        let effect = Self.cursorEffect(before, source: source)
        try await store.commit { db in
            try db.execute(sql: "INSERT INTO channel (name) VALUES (?) ON CONFLICT DO NOTHING", arguments: [id])
            try db.execute(
                sql: """
                    UPDATE channel SET checkpoint = CASE WHEN coalesce(source, ?1) = ?1 THEN checkpoint END,
                        version = ?2, source = ?1, good = ?4 WHERE name = ?3
                    """, arguments: [source, version, id, good])
        }
        return effect
    }

    static func cursorEffect(_ before: Row?, source: String) -> String {
        guard let before, before.checkpoint != nil else { return "it has no cursor yet" }
        if let old = before.source, old != source {
            return "the cursor of \(old) is dropped; \(source) starts at its beginning"
        }
        return "it goes on from its cursor"
    }

    func leave(_ id: String) async throws {
        try await store.commit { db in
            try db.execute(sql: "UPDATE channel SET version = NULL, good = NULL WHERE name = ?", arguments: [id])
        }
    }

    func rewind(_ id: String, to rewound: RewoundCheckpoint, by person: String, at now: Timestamp) async throws {
        try await store.commit { db in
            try db.execute(
                sql: "UPDATE channel SET checkpoint = ? WHERE name = ?", arguments: [rewound.checkpoint, id])
            try ChannelAct.append(.backfilled, to: id, by: person, at: now, detail: rewound.effect, in: db)
        }
    }

    func pause(_ id: String, by person: String, at now: Timestamp) async throws {
        try await store.commit { db in
            try db.execute(sql: "INSERT INTO channel (name) VALUES (?) ON CONFLICT DO NOTHING", arguments: [id])
            try db.execute(
                sql: "UPDATE channel SET paused_at = ?, paused_by = ? WHERE name = ?",
                arguments: [now.milliseconds, person, id])
            try ChannelAct.append(.paused, to: id, by: person, at: now, in: db)
        }
    }

    /// - Returns: false when it was not paused.
    func resume(_ id: String, by person: String, at now: Timestamp) async throws -> Bool {
        try await store.commit { db in
            try db.execute(
                sql: "UPDATE channel SET paused_at = NULL, paused_by = NULL WHERE name = ? AND paused_by IS NOT NULL",
                arguments: [id])
            guard db.changesCount > 0 else { return false }
            try ChannelAct.append(.resumed, to: id, by: person, at: now, in: db)
            return true
        }
    }
}
