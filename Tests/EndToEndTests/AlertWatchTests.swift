import Logging
import SluiceConfig
import SluiceSDK
import SluiceStore
import SluiceTesting
import Synchronization
import Testing

@testable import sluice

@Suite struct AlertWatchTests {
    private let folder = TemporaryFolder()

    @Test func beginAndEndReachTheWebhookSignedAndWithStableIDs() async throws {
        let isDown = Mutex(true)
        let hook = try StubServer { _ in .init(isDown.withLock { $0 } ? 500 : 200) }
        let ill = Mutex([AlertCondition("handler.failing", "centre", "refused")])
        let watch = AlertWatch(
            zone: "internal", store: try store(), conditions: { ill.withLock { $0 } },
            targets: [AlertTarget(webhook: "http://127.0.0.1:\(hook.port)/alerts", secret: "shared")],
            logger: Logger(label: "test"), clock: { Timestamp(seconds: 1_770_000_000) })

        try await watch.look()
        try await watch.tell()
        isDown.withLock { $0 = false }
        try await watch.tell()
        try await watch.tell()
        ill.withLock { $0 = [] }
        try await watch.look()
        try await watch.tell()

        #expect(
            hook.requests.map { $0.header("webhook-id") } == [
                "alert-internal-1-raised", "alert-internal-1-raised", "alert-internal-1-cleared",
            ])
        let first = try #require(hook.requests.first)
        let signed = Array("alert-internal-1-raised.1770000000.".utf8) + first.body
        #expect(
            first.header("webhook-signature") == "v1," + Base64.encode(hmacSHA256(key: Array("shared".utf8), signed)))
        let body = try JSONDocument.parse(first.body).root
        #expect(body["kind"]?.string == "handler.failing")
        #expect(body["subject"]?.string == "centre")
    }

    private func store() throws -> Store {
        let schema = StoreSchema(name: "test", applicationID: 7, migrations: [StoreMigration("1", AlertBook.sql)])
        return try Store(path: folder("alerts.db"), schema: schema)
    }
}
