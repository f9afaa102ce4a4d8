import Foundation
import SluiceExternal
import SluiceSDK
import SluiceTesting
import Testing

/// Files in an exchange folder, good and bad.
@Suite struct BadFileTests {
    private static let folder = """
        source: { type: directory, path: "${env:FOLDER}/inbox", pattern: "*.csv", stable_for: 100ms, every: 100ms, after: move }
        format: { type: csv, charset: gb18030, csv: { header: true } }
        ticket:
          external_id: 编号
          request_type: { const: help }
          requested_datetime: { from: 时间, date: "yyyy-MM-dd HH:mm:ss" }
          description: 内容
        reply: { type: none }

        """

    private func zone() async throws -> ZoneFixture {
        try await ZoneFixture(["files": Self.folder])
    }

    private func drop(_ text: String, as name: String, into zone: ZoneFixture) throws {
        let inbox = zone.folder.path + "/inbox"
        try FileManager.default.createDirectory(atPath: inbox, withIntermediateDirectories: true)
        let bytes = try #require(Charset("gb18030")).encode(text)
        try Data(bytes).write(to: URL(fileURLWithPath: inbox + "/" + name))
    }

    @Test func aFileBecomesTicketsAndIsMovedAfterTheyAreDurable() async throws {
        let zone = try await zone()
        try drop(
            "编号,时间,内容\r\nA-1,2026-01-05 09:00:00,\"第一行\r\n第二行\"\r\nA-2,2026-01-05 09:01:00,路灯\r\n", as: "day.csv",
            into: zone)
        let status = try await zone.status("files") { $0.counts["new"] == 2 }
        #expect(status?.counts["new"] == 2)
        try await eventually { FileManager.default.fileExists(atPath: zone.folder.path + "/inbox/done/day.csv") }
        #expect(!FileManager.default.fileExists(atPath: zone.folder.path + "/inbox/day.csv"))
    }

    @Test func aFileThatEndsInsideAQuoteGivesTheRowsBeforeIt() async throws {
        let zone = try await zone()
        try drop("编号,时间,内容\r\nA-1,2026-01-05 09:00:00,好\r\nA-2,2026-01-05 09:01:00,\"没有结束", as: "cut.csv", into: zone)
        let status = try await zone.status("files") { $0.lastError?.contains("csv.unclosed-quote") == true }
        #expect(status?.counts["new"] == 1)
        #expect(try RejectDesk(store: zone.store).list().map(\.fault.code) == ["csv.unclosed-quote"])
        #expect(status?.lastError?.contains("csv.unclosed-quote") == true)
    }

    @Test func aTableOfTenThousandColumnsIsOneReject() async throws {
        let zone = try await zone()
        let columns = (0..<10_000).map { "c\($0)" }.joined(separator: ",")
        try drop("\(columns)\r\n\(columns)\r\n", as: "wide.csv", into: zone)
        let status = try await zone.status("files") { $0.counts["rejected"] == 1 }
        #expect(status?.counts["rejected"] == 1)
        #expect(try RejectDesk(store: zone.store).list().map(\.fault.code) == ["csv.too-many-columns"])
    }

    @Test func aFolderThatIsNotThereIsOnTheStatusAndHealsByItself() async throws {
        let zone = try await zone()
        let ill = try await zone.status("files") { $0.lastError != nil }
        #expect(ill?.lastError?.contains("inbox") == true, "\(ill?.lastError ?? "")")
        try drop("编号,时间,内容\r\nA-1,2026-01-05 09:00:00,好\r\n", as: "late.csv", into: zone)
        let healed = try await zone.status("files") { $0.counts["new"] == 1 }
        #expect(healed?.counts["new"] == 1)
    }

    @Test func theSameFileAgainIsAbsorbed() async throws {
        let zone = try await zone()
        let text = "编号,时间,内容\r\nA-1,2026-01-05 09:00:00,好\r\n"
        try drop(text, as: "one.csv", into: zone)
        _ = try await zone.status("files") { $0.counts["new"] == 1 }
        try drop(text, as: "two.csv", into: zone)
        let status = try await zone.status("files") { $0.counts["absorbed"] == 1 }
        #expect(status?.counts["absorbed"] == 1)
        #expect(try await zone.ticketCount() == 1)
    }

    private func eventually(_ isTrue: () -> Bool) async throws {
        for _ in 0..<100 where !isTrue() { try await Task.sleep(for: .milliseconds(50)) }
        #expect(isTrue())
    }
}
