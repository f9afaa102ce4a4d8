internal import GRDB
internal import SluiceStore

/// A handler with the numbers under which the store knows it.
struct RosterEntry: Sendable {
    var profile: HandlerProfile
    /// `handler.id`
    var key: Int64
    /// `policy.id`
    var policyKey: Int64
}

/// All handlers of the running configuration.
struct Roster: Sendable {
    let entries: [RosterEntry]
    private let byKey: [Int64: RosterEntry]
    private let byID: [String: RosterEntry]

    /// Gives every handler its number; one that left the configuration keeps its own, and its queue.
    init(_ profiles: [HandlerProfile], store: Store) throws {
        entries = try store.write { db in
            try profiles.map { profile in
                try db.execute(
                    sql: "INSERT INTO handler (name) VALUES (?) ON CONFLICT (name) DO NOTHING", arguments: [profile.id])
                try db.execute(
                    sql: "INSERT INTO policy (fields) VALUES (?) ON CONFLICT (fields) DO NOTHING",
                    arguments: [profile.policy.text])
                let key = try Int64.fetchOne(
                    db, sql: "SELECT id FROM handler WHERE name = ?", arguments: [profile.id])
                let policyKey = try Int64.fetchOne(
                    db, sql: "SELECT id FROM policy WHERE fields = ?", arguments: [profile.policy.text])
                return RosterEntry(profile: profile, key: key ?? 0, policyKey: policyKey ?? 0)
            }
        }
        byKey = Dictionary(entries.map { ($0.key, $0) }) { first, _ in first }
        byID = Dictionary(entries.map { ($0.profile.id, $0) }) { first, _ in first }
    }

    subscript(key: Int64) -> RosterEntry? { byKey[key] }
    subscript(id: String) -> RosterEntry? { byID[id] }
}
