import Foundation
import GRDB
@testable import SluiceExternal
import SluiceSDK
import SluiceTesting
import Testing

/// Rows of a source's table whose records were rejected, and taken after all when a person replayed them.
@Suite struct TableReplayTests {
    private static let channel = """
        source:
          type: exchange-table
          url: "sqlite:${env:FOLDER}/front.db"
          table: request
          key: id
          state_column: state
          take: { from: 0, to: 1, failed: 9 }
          write_back: { ticket_id: ticket, error: error }
          every: 20ms
        format: { type: ndjson }

        """ + ZoneFixture.mapping

    private let folder = TemporaryFolder()
    private let table: DatabaseQueue

    init() throws {
        var patient = Configuration()
        patient.busyMode = .timeout(30)
        table = try DatabaseQueue(path: folder("front.db"), configuration: patient)
        try table.write { db in
            try db.execute(
                sql: """
                    CREATE TABLE request (id INTEGER PRIMARY KEY, state INTEGER NOT NULL DEFAULT 0, no TEXT, time TEXT,
                        text TEXT, ticket TEXT, error TEXT);
                    INSERT INTO request (no, time, text) VALUES
                        ('N-1', '2026-01-05 09:00:00', '路灯不亮'), ('N-2', 'yesterday', '井盖缺失'),
                        ('N-3', 'yesterday', '噪音');
                    """)
        }
    }

    @Test func theRowOfARecordThatWasMendedSaysSo() async throws {
        let zone = try await ZoneFixture(["table": Self.channel], folder: folder)
        try await eventually { try states() == ["1", "9", "9"] }
        let rejects = try zone.zone.rejects.list().reversed().map { $0 }
        try #require(rejects.count == 2)
        for (reject, number) in zip(rejects, 2...) {
            let mended = #"{"id":\#(number),"no":"N-\#(number)","time":"2026-01-05 09:00:00","text":"井盖缺失"}"#
            try await zone.zone.rejects.edit(reject.id, to: Array(mended.utf8), by: "张敏")
        }
        let outcome = try await zone.zone.replay(reject: rejects[0].id, by: "张敏")
        #expect(outcome.new == 1)
        #expect(try states() == ["1", "1", "9"])
        #expect(try column("ticket")[1] == outcome.ticketIDs.first)
        #expect(try column("error")[1] == "")
        #expect(try kinds(rejects[0], zone) == [.edited, .replayed, .told])

        // The control: the upstream has done something else with its row. The ticket is taken, and that nobody was told
        // stands beside it.
        try await table.write { try $0.execute(sql: "UPDATE request SET state = 5 WHERE id = 3") }
        #expect(try await zone.zone.replay(reject: rejects[1].id, by: "张敏").new == 1)
        #expect(try states() == ["1", "1", "5"])
        #expect(try kinds(rejects[1], zone) == [.edited, .replayed, .untold])
        let closed = try zone.zone.rejects.show(rejects[1].id)
        #expect(closed?.events.last?.reason?.contains("exchange-table.row-gone") == true)
        #expect(closed?.state == .replayed)
    }

    @Test func theRowsOfAMessageThatCrashedSayWhatBecameOfEachOfThem() async throws {
        let bytes = try await table.read { db in
            try String.fetchAll(
                db, sql: "SELECT json_object('id', id, 'no', no, 'time', time, 'text', text) || char(10) FROM request")
        }.joined()
        try makeFolder(folder("data"))
        for _ in 0..<2 { try CrashRecord.die(with: [SHA256.hash(bytes)], at: folder("data/in-hand")) }
        let zone = try await ZoneFixture(["table": Self.channel], folder: folder)
        try await eventually { try states() == ["9", "9", "9"] }
        let reject = try #require(try zone.zone.rejects.list().first)
        #expect(reject.fault.code == "crash")
        #expect(try await zone.ticketCount() == 0)
        let outcome = try await zone.zone.replay(reject: reject.id, by: "张敏")
        #expect(outcome.new == 1 && outcome.rejected == 2)
        #expect(try states() == ["1", "9", "9"])
        #expect(try column("ticket") == [outcome.ticketIDs.first, "", ""])
        #expect(try column("error")[1].contains("map.date"))
        #expect(try kinds(reject, zone) == [.replayed, .told])
    }

    /// The files of a zone that stands still can be worked on as well.
    @Test func itIsToldWithoutARunningZoneToo() async throws {
        let zone = try await ZoneFixture(["table": Self.channel], folder: folder)
        try await eventually { try states() == ["1", "9", "9"] }
        let reject = try #require(try zone.zone.rejects.list().last)
        await zone.stop()
        let mended = #"{"id":2,"no":"N-2","time":"2026-01-05 09:00:00","text":"井盖缺失"}"#
        try await RejectDesk(store: zone.store).edit(reject.id, to: Array(mended.utf8), by: "a")
        let replay = RejectReplay(
            settings: zone.settings, channels: zone.files, lookups: [:], plugins: ZoneFixture.plugins, store: zone.store
        )
        #expect(try await replay.replay(reject.id, by: "a").new == 1)
        #expect(try states() == ["1", "1", "9"])
    }

    // MARK: Pieces

    private func states() throws -> [String] { try column("state") }

    private func column(_ name: String) throws -> [String] {
        try table.read { try String.fetchAll($0, sql: "SELECT coalesce(\(name), '') FROM request ORDER BY id") }
    }

    private func kinds(_ reject: Reject, _ zone: ZoneFixture) throws -> [RejectEvent.Kind] {
        try zone.zone.rejects.show(reject.id)?.events.map(\.kind) ?? []
    }

    private func eventually(_ isTrue: () throws -> Bool) async throws {
        for _ in 0..<600 where try !isTrue() { try await Task.sleep(for: .milliseconds(50)) }
        #expect(try isTrue())
    }
}
