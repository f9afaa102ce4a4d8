import Foundation
import GRDB
@testable import SluiceExternal
import SluiceBoundary
import SluiceConfig
import SluiceSDK
import SluiceStore
import SluiceTesting
import Synchronization
import Testing

/// A message of many records goes into the journal in several transactions.
@Suite struct MessagePartTests {
    private let folder = TemporaryFolder()

    @Test func aLargeMessageIsCommittedInPartsThatAreOneMessage() async throws {
        let store = try ExternalStore.open(folder: folder.path)
        let seen = Mutex<[Int]>([])
        let outcome = try await intake(store) {
            // What others can read in between.
            let tickets = (try? store.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM ticket") }) ?? nil
            seen.withLock { $0.append(tickets ?? 0) }
        }.receive(message(0..<2_500), checkpoint: "end")
        #expect((outcome.new, outcome.ticketIDs.count, Set(outcome.ticketIDs).count) == (2_500, 2_500, 2_500))
        #expect(seen.withLock { $0 } == [1_000, 2_000, 2_500])
        #expect(try count("message", store) == 1 && count("outbox", store) == 2_500)
        #expect(try ledger(store) == ["messages": 1, "received": 2_500, "new": 2_500])
        #expect(try checkpoint(store) == "end")
    }

    @Test func whatBreaksOffBetweenPartsIsTakenOnceWhenItComesAgain() async throws {
        let first = try ExternalStore.open(folder: folder.path)
        let whole = message(0..<2_500)
        await #expect(throws: StoreError.self) {
            try await intake(first) { try? first.close() }.receive(whole, checkpoint: "end")
        }
        let store = try ExternalStore.open(folder: folder.path)
        #expect(try count("ticket", store) == 1_000)
        #expect(try checkpoint(store) == nil, "a message that has not ended is not behind us")
        let outcome = try await intake(store) {}.receive(whole, checkpoint: "end")
        #expect((outcome.new, outcome.absorbed, outcome.ticketIDs.count) == (1_500, 1_000, 2_500))
        #expect(try count("ticket", store) == 2_500 && count("outbox", store) == 2_500)
        #expect(
            try ledger(store) == ["messages": 1, "received": 3_500, "new": 2_500, "absorbed": 1_000],
            "what was read twice is counted twice, and absorbed")
        #expect(try checkpoint(store) == "end")
    }

    @Test func rejectsKeepTheirPlacesAndComeInOrder() async throws {
        let store = try ExternalStore.open(folder: folder.path)
        let outcome = try await intake(store) {}.receive(message(0..<2_500, without: [3, 1_500, 2_400]))
        #expect((outcome.new, outcome.rejected) == (2_497, 3))
        #expect(outcome.rejectedRecords == [3, 1_500, 2_400])
        #expect(outcome.rejects.map(\.record) == [3, 1_500, 2_400])
        #expect(try count("reject", store) == 3 && count("message", store) == 1)
        // One that has a reject in nearly every part tells the first few.
        let bad = try await intake(store) {}.receive(message(3_000..<5_500, without: Set(3_000..<5_500)))
        #expect(bad.rejected == 2_500 && bad.rejects.count == 20)
    }

    @Test func recordsOfManyBytesMakeSmallParts() async throws {
        let store = try ExternalStore.open(folder: folder.path)
        let commits = Mutex(0)
        let text = String(repeating: "电梯停运。", count: 20_000)
        let outcome = try await intake(store) { commits.withLock { $0 += 1 } }.receive(message(0..<40, padding: text))
        // Of 300 KB each: fourteen reach 4 MiB.
        #expect(outcome.new == 40 && commits.withLock { $0 } == 3)
    }

    // MARK: - Pieces

    private func message(_ numbers: Range<Int>, without: Set<Int> = [], padding: String = "") -> RawMessage {
        let records = numbers.map { number in
            let text = without.contains(number) ? "" : #","text":"电梯停运 \#(number)""#
            return #"{"no":"N-\#(number)"\#(text),"more":"\#(padding.isEmpty ? String(number) : padding)"}"#
        }
        return RawMessage(bytes: Array("[\(records.joined(separator: ","))]".utf8))
    }

    private func intake(_ store: Store, forward: @escaping @Sendable () -> Void) throws -> Intake {
        let config = folder.path + "/config-\(UInt64.random(in: 0 ... .max))"
        try ZoneFixture.write(["c": Self.channel], to: config)
        let loaded = ConfigFolder.load(config, specs: ZoneFixture.specs, environment: ["SECRET": ZoneFixture.secret])
        let settings = ExternalSettings(
            jurisdiction: "370400", timeZone: .shanghai, dataFolder: folder.path, listen: "127.0.0.1:0",
            isBehindProxy: false, boundary: BoundaryPlaces(out: folder.path, in: folder.path))
        return try Intake(
            try #require(loaded.goodChannels.first, "\(loaded.issues)"), settings: settings, lookups: [:],
            plugins: ZoneFixture.plugins,
            journal: Journal(store: store, channels: ChannelKeys(), forward: forward), crashes: nil,
            clock: { Timestamp(seconds: 1_770_000_000) })
    }

    private static let channel = """
        source: { type: http-push, path: /c, auth: { type: api-key, header: X-Key, key: "${env:SECRET}" } }
        format: { type: json, records: "$[*]" }
        limits: { record: 1MiB }
        ticket:
          external_id: $.no
          request_type: { const: complaint }
          requested_datetime: { const: "2026-01-05T09:00:00+08:00" }
          title: { const: 电梯 }
          description: $.text
        reply: { type: none }

        """

    private func count(_ table: String, _ store: Store) throws -> Int {
        try store.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM \(table)") } ?? 0
    }

    private func checkpoint(_ store: Store) throws -> String? {
        try store.read { try String.fetchOne($0, sql: "SELECT checkpoint FROM channel") }
    }

    private func ledger(_ store: Store) throws -> [String: Int] {
        try store.read { db in
            let rows = try Row.fetchAll(db, sql: "SELECT entry, count FROM ledger WHERE count > 0")
            return Dictionary(uniqueKeysWithValues: rows.map { ($0["entry"] as String, $0["count"] as Int) })
        }
    }
}
