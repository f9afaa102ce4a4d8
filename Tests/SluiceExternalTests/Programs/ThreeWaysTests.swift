import Foundation
import GRDB
import SluiceStore
import SluiceTesting
import Testing

/// docs/plugins.md, run as it stands: the same upstream by configuration, by a program and by a plugin.
@Suite struct ThreeWaysTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path

    private static func blocks(_ language: String, of text: String) -> [String] {
        text.components(separatedBy: "```\(language)\n").dropFirst().compactMap {
            $0.components(separatedBy: "```").first
        }
    }

    @Test func allThreeBringTheSameTickets() async throws {
        let text = String(decoding: try readFile(Self.root + "/docs/plugins.md"), as: UTF8.self)
        let yaml = Self.blocks("yaml", of: text)
        let desk = try #require(Self.blocks("text", of: text).first)
        try #require(yaml.count == 3)
        let folder = TemporaryFolder()
        try makeFolder(folder("desk"))
        try writeFile(Array(desk.utf8), folder("desk/1.txt"))
        let zone = try await ZoneFixture(
            ["by-configuration": yaml[0], "by-program": yaml[1], "by-plugin": yaml[2]],
            programs: ["desk.py": try #require(Self.blocks("python", of: text).first)], folder: folder)
        try await settle(zone, 6)
        try writeFile(Array("D-3|2026-01-05 10:00:00|噪声".utf8), folder("desk/.2"))
        try move(folder("desk/.2"), to: folder("desk/2.txt"))
        try await settle(zone, 9)
        let found = try await zone.store.read { db in
            try String.fetchAll(
                db,
                sql:
                    "SELECT channel.name || ' ' || ticket.external_id FROM ticket JOIN channel ON channel.id = ticket.channel"
            )
        }
        let ways = ["by-configuration", "by-plugin", "by-program"]
        #expect(found.sorted() == ways.flatMap { way in (1...3).map { "\(way) D-\($0)" } })
        await zone.stop()
    }

    private func settle(_ zone: ZoneFixture, _ count: Int) async throws {
        for _ in 0..<3000 where try await zone.ticketCount() < count {
            try await Task.sleep(for: .milliseconds(20))
        }
        #expect(try await zone.ticketCount() == count)
    }

    /// What the page shows of the plugin is what is compiled here.
    @Test func thePluginOfThePageIsTheOneThatIsCompiled() throws {
        let text = String(decoding: try readFile(Self.root + "/docs/plugins.md"), as: UTF8.self)
        let file = Self.root + "/Tests/SluiceExternalTests/Programs/DeskTransport.swift"
        let source = String(decoding: try readFile(file), as: UTF8.self)
        let shown = try #require(Self.blocks("swift", of: text).first)
        #expect(source.contains(shown))
    }
}
