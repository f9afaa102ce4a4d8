internal import GRDB
public import SluiceBoundary
public import SluiceSDK
public import SluiceStore

/// Where a person decides about what is held.
public final class QuarantineDesk: Sendable {
    private let store: Store
    private let record: QuarantineRecord?
    private let twoPersons: Set<String>
    private let clock: @Sendable () -> Timestamp
    private let decided: @Sendable () -> Void

    /// - Parameters:
    ///   - record: gets every decision before it is carried out.
    ///   - twoPersons: channels whose items two people release; `*` for all.
    ///   - decided: called after a decision is durable.
    public init(
        store: Store, record: QuarantineRecord? = nil, twoPersons: Set<String> = [],
        clock: @escaping @Sendable () -> Timestamp = { .now() },
        decided: @escaping @Sendable () -> Void = {}
    ) {
        self.store = store
        self.record = record
        self.twoPersons = twoPersons
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
                guard let entry = try DeskQuery(db: db).entry(row[0]) else { continue }
                if wanted.contains(entry.decision) { entries.append(entry) }
            }
            return entries
        }
    }

    /// - Throws: `DeskError` `quarantine.unknown`.
    public func show(_ id: Int64) async throws -> QuarantineDetail {
        try await store.read { try Self.detail(id, in: $0) }
    }

    /// Lets a held item go on, or is the first of the two words that it needs.
    /// - Throws: `DeskError` `quarantine.unknown`, `quarantine.not-held`, `quarantine.same-person`.
    @discardableResult
    public func release(_ id: Int64, by person: String) async throws -> Release {
        let now = clock()
        let person = Self.cleaned(person)
        let twoPersons = twoPersons
        let release: Release = try await commit { db in
            let entry = try Self.held(id, in: db)
            guard twoPersons.contains("*") || twoPersons.contains(entry.channelID) else {
                try Self.decide(id, .released, "desk.released", "released by a person", by: person, at: now, db)
                return .released
            }
            let first = try Approval.all(of: id, db).first
            if let first, first.isBy(person) {
                throw DeskError(
                    "quarantine.same-person",
                    "\(first.person) has released item \(id) already; it needs a second person")
            }
            try Approval.add(person, to: id, at: now, db)
            guard let first else { return .needsSecond }
            try Self.decide(
                id, .released, "desk.released", "released by two people", by: "\(first.person), \(person)", at: now, db)
            return .released
        }
        if release == .released { decided() }
        return release
    }

    /// What came of one person's word.
    public enum Release: String, Sendable {
        case released
        case needsSecond = "needs_second"
    }

    /// Held items that a person may let go on, oldest first. Of a file whose pieces are held it is the first piece, and only
    /// once the file was looked at.
    public func held(_ filter: QuarantineFilter) async throws -> [QuarantineEntry] {
        let files = try await store.read { try AttachmentBook.firstPiecesUnderReview($0) }
        let entries = try await list(.held, limit: Int.max).filter { entry in
            entry.kind != .attachment || files.contains(entry.id)
        }
        return Array(entries.filter(filter.takes).prefix(filter.limit))
    }

    /// The longest that anything has been held, by channel, and how many are.
    public func waiting() async throws -> [(channelID: String, count: Int, oldest: Timestamp)] {
        Dictionary(grouping: try await list(.held, limit: Int.max), by: \.channelID).map { channel, entries in
            (channelID: channel, count: entries.count, oldest: entries.map(\.receivedAt).min() ?? clock())
        }.sorted { $0.channelID < $1.channelID }
    }

    /// Refuses a held item for good; the producer may send it anew as another attempt.
    public func reject(_ id: Int64, by person: String, reason: String) async throws {
        let reason = TextHygiene.clean(reason).text
        let (now, person) = (clock(), Self.cleaned(person))
        let why = reason.isEmpty ? "rejected by a person" : String(reason.prefix(1000))
        try await commit { db in
            _ = try Self.held(id, in: db)
            try Self.decide(id, .rejected, "desk.rejected", why, by: person, at: now, db)
        }
        decided()
    }

    private func commit<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        let record = record
        return try await store.commit { db in try record.covering(db) { _ in try body(db) } }
    }

    private static func cleaned(_ person: String) -> String { String(TextHygiene.clean(person).text.prefix(60)) }

    private static func held(_ id: Int64, in db: Database) throws -> QuarantineEntry {
        let entry = try detail(id, in: db).entry
        guard entry.decision == .held else {
            throw DeskError("quarantine.not-held", "item \(id) is \(entry.decision.rawValue), not held")
        }
        return entry
    }

    private static func decide(
        _ id: Int64, _ decision: Verdict.Decision, _ code: String, _ reason: String, by person: String,
        at now: Timestamp, _ db: Database
    ) throws {
        // A file goes whole or not at all.
        if try detail(id, in: db).entry.kind == .attachment {
            return try AttachmentBook.decide(
                pieceItem: id, Finding(decision: decision, code: code, reason: reason), at: now, by: person, in: db)
        }
        let place = try DeskQuery(db: db).place(id)
        let verdict = Verdict(range: place.range, decision: decision, code: code, reason: reason, at: now, by: person)
        try Quarantine(db: db).store(verdict, isLate: true)
        try Outbox.append(verdict, to: place.back, in: db)
        if decision == .released {
            try Outbox.append(DeskQuery(db: db).passage(of: id, at: place), to: place.onward, in: db)
        }
    }

    private static func detail(_ id: Int64, in db: Database) throws -> QuarantineDetail {
        guard let detail = try DeskQuery(db: db).detail(id) else {
            throw DeskError("quarantine.unknown", "no item \(id) is in quarantine; `sluice quarantine list` shows them")
        }
        return detail
    }
}
