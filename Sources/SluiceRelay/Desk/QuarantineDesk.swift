internal import GRDB
public import SluiceBoundary
public import SluiceSDK
public import SluiceStore

/// Where a person decides about what is held.
public final class QuarantineDesk: Sendable {
    private let store: Store
    private let clock: @Sendable () -> Timestamp
    private let decided: @Sendable () -> Void

    /// - Parameter decided: called after a decision is durable.
    public init(
        store: Store, clock: @escaping @Sendable () -> Timestamp = { .now() },
        decided: @escaping @Sendable () -> Void = {}
    ) {
        self.store = store
        self.clock = clock
        self.decided = decided
    }

    /// Items that the checks did not release, oldest first.
    /// - Parameter decision: as it stands now; nil lists held and rejected ones.
    public func list(_ decision: Verdict.Decision? = nil, limit: Int = 1000) async throws -> [QuarantineEntry] {
        try await store.read { db in
            let wanted: [Verdict.Decision] = decision.map { [$0] } ?? [.held, .rejected]
            let rows = try Row.fetchCursor(
                db, sql: "SELECT item.id FROM item WHERE decision <> 'released' ORDER BY item.id")
            var entries: [QuarantineEntry] = []
            while entries.count < limit, let row = try rows.next() {
                guard let entry = try DeskQuery(db: db).detail(row[0])?.entry else { continue }
                if wanted.contains(entry.decision) { entries.append(entry) }
            }
            return entries
        }
    }

    /// - Throws: `DeskError` `quarantine.unknown`.
    public func show(_ id: Int64) async throws -> QuarantineDetail {
        try await store.read { try Self.detail(id, in: $0) }
    }

    /// Lets a held item go on.
    /// - Throws: `DeskError` `quarantine.unknown`, `quarantine.not-held`.
    public func release(_ id: Int64, by person: String) async throws {
        try await decide(id, .released, "desk.released", "released by a person", by: person)
    }

    /// Refuses a held item for good; the producer may send it anew as another attempt.
    public func reject(_ id: Int64, by person: String, reason: String) async throws {
        let reason = TextHygiene.clean(reason).text
        try await decide(id, .rejected, "desk.rejected", reason.isEmpty ? "rejected by a person" : reason, by: person)
    }

    private func decide(
        _ id: Int64, _ decision: Verdict.Decision, _ code: String, _ reason: String, by person: String
    ) async throws {
        let now = clock()
        let person = String(TextHygiene.clean(person).text.prefix(60))
        let reason = String(reason.prefix(1000))
        try await store.commit { db in
            let detail = try Self.detail(id, in: db)
            guard detail.entry.decision == .held else {
                throw DeskError("quarantine.not-held", "item \(id) is \(detail.entry.decision.rawValue), not held")
            }
            let query = DeskQuery(db: db)
            let place = try query.place(id)
            let verdict = Verdict(
                range: place.range, decision: decision, code: code, reason: reason, at: now, by: person)
            try Quarantine(db: db).store(verdict, isLate: true)
            try Outbox.append(verdict, to: place.direction.back, in: db)
            if decision == .released { try Outbox.append(place.passage, to: place.direction.onward, in: db) }
        }
        decided()
    }

    private static func detail(_ id: Int64, in db: Database) throws -> QuarantineDetail {
        guard let detail = try DeskQuery(db: db).detail(id) else {
            throw DeskError("quarantine.unknown", "no item \(id) is in quarantine; `sluice quarantine list` shows them")
        }
        return detail
    }
}
