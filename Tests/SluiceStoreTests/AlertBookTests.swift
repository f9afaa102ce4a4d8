import SluiceStore
import SluiceTesting
import Testing

@Suite struct AlertBookTests {
    private let folder = TemporaryFolder()
    private let book: AlertBook

    init() throws {
        let schema = StoreSchema(name: "test", applicationID: 7, migrations: [StoreMigration("1", AlertBook.sql)])
        book = AlertBook(store: try Store(path: folder("alerts.db"), schema: schema))
    }

    private let ill = AlertCondition("channel.ill", "hotline-12345", "refused")

    @Test func anIllnessIsToldOnceAndItsEndOnce() async throws {
        #expect(try await book.observe([ill], now: 1).map(\.clearedAt) == [nil])
        #expect(try await book.observe([ill], now: 2).isEmpty)
        #expect(try await book.observe([], now: 3).map(\.clearedAt) == [3])
        #expect(try await book.observe([], now: 4).isEmpty)
        #expect(try await book.observe([ill], now: 5).count == 1, "the same thing again is another alert")
    }

    @Test func twoSubjectsAreTwoAlerts() async throws {
        let other = AlertCondition("channel.ill", "web-grid", "refused")
        #expect(try await book.observe([ill, other], now: 1).count == 2)
        #expect(try await book.observe([other], now: 2).map(\.subject) == ["hotline-12345"])
    }

    @Test func theWebhookHearsOfBeginAndEndEvenWhenItWasDown() async throws {
        _ = try await book.observe([ill], now: 1)
        let begun = try await book.untold()
        #expect(begun.map(\.subject) == ["hotline-12345"])
        try await book.markTold(begun[0])
        #expect(try await book.untold().isEmpty)
        _ = try await book.observe([], now: 2)
        let ended = try await book.untold()
        #expect(ended.map(\.clearedAt) == [2])
        try await book.markTold(ended[0])
        #expect(try await book.untold().isEmpty)
    }
}
