import GRDB
import NDJSONFormat
import SluiceConfig
import SluiceExternal
import SluiceSDK
import SluiceStore
import SluiceTesting
import Testing

/// The two steps that are measured by themselves are those of every message.
@Suite struct IntakeStepsTests {
    private let folder = TemporaryFolder()
    private let lines = Array(
        #"{"no":"N-1","time":"2026-01-05 09:00:00","text":"路灯不亮"}\#n{"no":"N-2","time":"2026-01-05 09:00:00","text":"井盖破损"}"#
            .utf8)

    private func processor() throws -> RecordProcessor {
        let ticket = try YAMLFile.parse(
            """
            external_id: $.no
            request_type: { const: help }
            requested_datetime: { from: $.time, date: "yyyy-MM-dd HH:mm:ss", zone: Asia/Shanghai }
            description: $.text
            """, file: "ticket.yaml")
        let format = try NDJSONFormat(Config(ConfigValue(.map([])), baseFolder: "."))
        return RecordProcessor(
            format: format, mapping: try Mapping(compiling: ticket.entries ?? [], format: format, zone: .shanghai),
            limits: ChannelLimits())
    }

    private func rows(_ store: Store) async throws -> [Int] {
        try await store.read { db in
            try ["message", "ticket", "outbox"].map { try Int.fetchOne(db, sql: "SELECT count(*) FROM \($0)") ?? 0 }
        }
    }

    @Test func whatIsPreparedIsStoredByTheCommitAlone() async throws {
        let store = try ExternalStore.open(folder: folder("external"))
        let steps = IntakeSteps(
            channelID: "a", processor: try processor(), jurisdiction: "370400", zone: .shanghai, store: store,
            sealer: nil)
        let prepared = try await steps.prepare(RawMessage(bytes: lines))
        #expect(try await rows(store) == [0, 0, 0])
        let outcome = try await steps.commit(prepared)
        #expect(outcome.new == 2 && outcome.rejected == 0)
        #expect(try await rows(store) == [1, 2, 2])
        // The same message again: known, and nothing more goes across.
        #expect(try await steps.commit(prepared).absorbed == 2)
        #expect(try await rows(store) == [1, 2, 2])
    }
}
