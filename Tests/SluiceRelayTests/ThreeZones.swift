import GRDB
import Logging
import SluiceBoundary
import SluiceConfig
@testable import SluiceRelay
import SluiceSDK
import SluiceStore
import SluiceTesting

/// The relay as it is, between two neighbours that only send, take and receipt.
final class ThreeZones: Sendable {
    static let keys: [String: SigningKey] = [
        "external": try! SigningKey(seed: Array(repeating: 1, count: 32)),
        "relay": try! SigningKey(seed: Array(repeating: 2, count: 32)),
        "internal": try! SigningKey(seed: Array(repeating: 3, count: 32)),
    ]

    let folder: TemporaryFolder
    let external: Store
    let internalStore: Store
    let channels: ChannelPolicies
    /// The internal side's, where it opens what it takes.
    let opener: TicketOpener?

    init(
        channels: ChannelPolicies = ChannelPolicies(
            others: nil, named: ["hotline-1": .automatic, "hotline-12388": .review]), opener: TicketOpener? = nil
    ) throws {
        self.opener = opener
        folder = TemporaryFolder()
        self.channels = channels
        external = try Store(path: folder("external.db"), schema: Self.schema(.externalToRelay))
        internalStore = try Store(path: folder("internal.db"), schema: Self.schema(.internalToRelay))
    }

    func openRelay() throws -> Store { try Store(path: folder("quarantine.db"), schema: RelaySchema.schema) }

    func relay(
        _ store: Store, attachments: AttachmentGate = AttachmentGate(),
        _ change: (inout RelaySettings) -> Void = { _ in },
        clock: @escaping @Sendable () -> Timestamp = { Tickets.time }
    ) -> RelayZone {
        var settings = RelaySettings(
            external: BoundaryPlaces(out: folder("relay-external"), in: folder("external-relay")),
            internalSide: BoundaryPlaces(out: folder("relay-internal"), in: folder("internal-relay")),
            channels: channels,
            jurisdiction: Tickets.jurisdiction, timeZone: .shanghai)
        settings.maxText = 65536
        settings.attachments = attachments
        change(&settings)
        let keys = RelayKeys(
            own: Self.keys["relay"]!, external: Self.keys["external"]!.verifyingKey,
            internalZone: Self.keys["internal"]!.verifyingKey)
        return RelayZone(
            settings: settings, store: store, keys: keys, inletOptions: Self.fast, logger: quiet, clock: clock)
    }

    func send(_ items: [Item]) throws {
        try external.write { db in
            _ = try Outbox.append(items.map { ($0, nil) }, to: .externalToRelay, in: db)
        }
    }

    func reply(_ items: [Item]) throws {
        try internalStore.write { db in
            _ = try Outbox.append(items.map { ($0, nil) }, to: .internalToRelay, in: db)
        }
    }

    /// Runs the neighbours, and the relay if there is one, until `condition` holds.
    /// - Returns: false when it did not within twenty seconds.
    func run(_ relay: RelayZone?, until condition: @Sendable () async throws -> Bool) async throws -> Bool {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (stream, store, origin) in [
                (BoundaryStream.externalToRelay, external, "internal"), (.internalToRelay, internalStore, "external"),
            ] {
                let (outlet, inlet) = neighbour(stream, store, origin)
                group.addTask { try await outlet.run() }
                let opener = opener
                group.addTask {
                    try await inlet.run(
                        consume: { db, batch in try Self.take(batch, answering: stream, opener, in: db) },
                        taken: { _ in outlet.notify() })
                }
            }
            if let relay { group.addTask { try await relay.run() } }
            var holds = false
            for _ in 0..<2000 where !holds {
                holds = try await condition()
                if !holds { try await Task.sleep(for: .milliseconds(10)) }
            }
            group.cancelAll()
            return holds
        }
    }

    func neighbour(_ stream: BoundaryStream, _ store: Store, _ origin: String) -> (Outlet, Inlet) {
        let outlet = Outlet(
            stream: stream, to: .folder(folder(stream.name)), store: store, key: Self.keys[stream.from]!, logger: quiet)
        let inlet = Inlet(
            stream: stream.opposite, from: .folder(folder(stream.opposite.name)), store: store,
            key: Self.keys["relay"]!.verifyingKey, origins: [origin: Self.keys[origin]!.verifyingKey],
            options: Self.fast,
            logger: quiet)
        return (outlet, inlet)
    }

    static let fast: InletOptions = {
        var options = InletOptions()
        (options.poll, options.look, options.gapPatience) = (.milliseconds(5), .milliseconds(5), .milliseconds(100))
        options.retry = .milliseconds(20)
        return options
    }()

    static func take(
        _ batch: InboundBatch, answering stream: BoundaryStream, _ opener: TicketOpener? = nil, in db: Database
    ) throws {
        for item in batch.items {
            let phone = item.item.sealed == nil ? nil : try opener?.open(item.item).text(.requesterPhone)
            try db.execute(
                sql: "INSERT INTO taken VALUES (?, ?, ?, ?, ?)",
                arguments: [
                    item.producer, item.number, item.item.id, String(decoding: item.item.body, as: UTF8.self), phone,
                ])
        }
        for range in ItemRange.joined(batch.items.map(\.range)) {
            try Outbox.append(Receipt(range: range, at: Tickets.time), to: stream, in: db)
        }
        for verdict in batch.verdicts {
            try db.execute(
                sql: "INSERT INTO verdict VALUES (?, ?, ?, ?, ?)",
                arguments: [
                    verdict.range.first, verdict.range.last, verdict.decision.rawValue, verdict.code, verdict.reason,
                ])
        }
        for receipt in batch.receipts {
            let range = receipt.receipt.range
            try db.execute(
                sql: "INSERT INTO receipt VALUES (?, ?, ?)", arguments: [receipt.producer, range.first, range.last])
        }
    }

    static func schema(_ stream: BoundaryStream) -> StoreSchema {
        StoreSchema(
            name: "neighbour", applicationID: 0x54455354,
            migrations: [
                StoreMigration(
                    "1",
                    BoundarySchema.sql(writing: [stream]) + BoundarySchema.resending + BoundarySchema.sealing
                        + BoundarySchema.sharedKeys
                        + BoundarySchema.links
                            + """
                            CREATE TABLE taken (producer TEXT, number INTEGER, id TEXT, body TEXT, phone TEXT);
                            CREATE TABLE verdict (first INTEGER, last INTEGER, decision TEXT, code TEXT, reason TEXT);
                            CREATE TABLE receipt (producer TEXT, first INTEGER, last INTEGER);
                            """)
            ])
    }
}

extension Store {
    func texts(_ sql: String) throws -> [String] { try read { try String.fetchAll($0, sql: sql) } }

    /// Verdicts as the neighbour got them: `1-3 released ok`.
    var verdicts: [String] {
        get throws {
            try texts("SELECT first || '-' || last || ' ' || decision || ' ' || code FROM verdict ORDER BY rowid")
        }
    }

    var receipts: [String] {
        get throws { try texts("SELECT producer || ' ' || first || '-' || last FROM receipt ORDER BY rowid") }
    }

    /// Nothing that this store has written waits for its reader's word.
    var isAcknowledged: Bool {
        get throws {
            try read {
                try Bool.fetchOne(
                    $0,
                    sql: """
                        SELECT NOT EXISTS (SELECT 1 FROM outlet l JOIN outbox o ON o.stream = l.stream AND o.id > l.settled)
                        """) ?? false
            }
        }
    }

    var taken: [Int] {
        get throws { try read { try Int.fetchAll($0, sql: "SELECT number FROM taken ORDER BY rowid") } }
    }
}

/// Says nothing.
let quiet = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
