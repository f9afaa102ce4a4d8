import CurlKit
import Foundation
import GRDB
@testable import SluiceExternal
import SluiceConfig
import SluiceSDK
import SluiceStore
import SluiceTesting
import Testing

/// A configuration that changes under a running zone.
@Suite struct ReloadTests {
    private static func push(_ path: String, more: String = "") -> String {
        """
        source: { type: http-push, path: \(path), auth: { type: api-key, header: X-Key, key: "${env:SECRET}" } }
        format: { type: json, records: "$[*]" }
        \(more)
        """ + "\n" + ZoneFixture.mapping
    }

    private static let inbox = """
        source: { type: directory, path: "${env:FOLDER}/inbox", stable_for: 10ms, every: 20ms, after: move }
        format: { type: json, records: "$[*]" }

        """ + ZoneFixture.mapping

    private let key = [("X-Key", ZoneFixture.secret)]

    private func status(of zone: ZoneFixture, _ path: String, record: Int) async throws -> Int {
        try await zone.post(path, Array("[\(ZoneFixture.record(record))]".utf8), headers: key).status
    }

    @Test func channelsComeGoAndChangeAndTheOthersAreNotTouched() async throws {
        let zone = try await ZoneFixture(["a": Self.push("/a"), "b": Self.push("/b"), "c": Self.push("/c")])
        let changes = try await zone.reload(["a": Self.push("/a"), "b": Self.push("/b2"), "d": Self.push("/d")])
        #expect(changes.map { "\($0.channelID) \($0.kind.rawValue)" } == ["c stopped", "b changed", "d started"])
        for (path, expected) in [("/a", 200), ("/b", 404), ("/b2", 200), ("/c", 404), ("/d", 200)] {
            #expect(try await status(of: zone, path, record: 1) == expected, "\(path)")
        }
        #expect(try await zone.reload(["a": Self.push("/a"), "b": Self.push("/b2"), "d": Self.push("/d")]).isEmpty)
        #expect(try await zone.status("c") { $0.state == "removed" }?.state == "removed")
    }

    @Test func aBadVersionLeavesTheLastGoodOneRunningAndSaysSo() async throws {
        let zone = try await ZoneFixture(["a": Self.push("/a"), "b": Self.push("/b")])
        let changes = try await zone.reload(["a": "source: { type: http-pusch }\n", "b": Self.push("/b2")])
        #expect(changes.map(\.kind) == [.refused, .changed])
        #expect(try await status(of: zone, "/a", record: 1) == 200)
        #expect(try await status(of: zone, "/b2", record: 1) == 200)
        let report = try await zone.status("a") { $0.note != nil }
        #expect(report?.state == "running")
        #expect(report?.note?.contains("refused") == true)
        #expect(report?.note?.contains("a.yaml:6") == true, "\(report?.note ?? "")")
        _ = try await zone.reload(["a": Self.push("/a"), "b": Self.push("/b2")])
        #expect(try await zone.status("a") { $0.note == nil }?.note == nil)
    }

    @Test func theLastGoodVersionComesUpAgainWhenTheFileIsBadAtTheStart() async throws {
        let folder = TemporaryFolder()
        let good = Self.push("/a", more: "kind: { from: $.act, lookup: acts }\n")
        let broken = "source: { type: http-pusch }\n"
        let rules = ["acts": ["cb": "urged"]]
        await (try await ZoneFixture(["a": good, "b": Self.push("/b")], rules: rules, folder: folder)).stop()

        // Its lookup is gone too; the other channel's file has changed.
        var zone = try await ZoneFixture(["a": broken, "b": Self.push("/b2")], folder: folder)
        #expect(try await status(of: zone, "/a", record: 1) == 200)
        #expect(try await status(of: zone, "/b2", record: 1) == 200)
        let urge = Array(#"[{"act":"cb","no":"N-1"}]"#.utf8)
        #expect(try await zone.post("/a", urge, headers: key).status == 200)
        let report = try await zone.status("a") { $0.note != nil && $0.counts["urged"] == 1 }
        #expect(report?.state == "running")
        #expect(report?.note?.contains("refused") == true)
        #expect(report?.counts["urged"] == 1)
        #expect(report?.lastGood.source == "http-push")

        // A restart changes nothing in that, and the mended file is taken over.
        await zone.stop()
        zone = try await ZoneFixture(["a": broken, "b": Self.push("/b2")], folder: folder)
        #expect(try await status(of: zone, "/a", record: 2) == 200)
        #expect(try await zone.reload(["a": Self.push("/a2"), "b": Self.push("/b2")]).map(\.kind) == [.changed])
        #expect(try await status(of: zone, "/a2", record: 3) == 200)

        // What was taken out of the configuration does not come back.
        _ = try await zone.reload(["b": Self.push("/b2")])
        await zone.stop()
        zone = try await ZoneFixture(["a": broken, "b": Self.push("/b2")], folder: folder)
        #expect(try await status(of: zone, "/a2", record: 4) == 404)
        #expect(try await zone.status("a") { $0.state == "misconfigured" }?.state == "misconfigured")
        await zone.stop()
    }

    @Test func whatIsKeptOfAChannelHoldsNoSecret() async throws {
        let zone = try await ZoneFixture(["a": Self.push("/a")])
        #expect(try await status(of: zone, "/a", record: 1) == 200)
        let kept = try await zone.store.read {
            try String.fetchOne($0, sql: "SELECT good FROM channel WHERE name = 'a'")
        }
        #expect(kept?.contains("${env:SECRET}") == true)
        await zone.stop()
        for name in try FileManager.default.contentsOfDirectory(atPath: zone.folder.path + "/data") {
            let bytes = FileManager.default.contents(atPath: zone.folder.path + "/data/" + name) ?? Data()
            #expect(bytes.range(of: Data(ZoneFixture.secret.utf8)) == nil, "\(name)")
        }
    }

    @Test func aRotatedSecretIsTakenOverThoughTheVersionIsTheSame() async throws {
        let zone = try await ZoneFixture(["a": Self.push("/a")])
        let changes = try await zone.reload(["a": Self.push("/a")], secret: "another-secret-of-the-test")
        #expect(changes.map(\.kind) == [.changed])
        #expect(try await status(of: zone, "/a", record: 1) == 401)
        let body = Array("[\(ZoneFixture.record(1))]".utf8)
        #expect(try await zone.post("/a", body, headers: [("X-Key", "another-secret-of-the-test")]).status == 200)
    }

    @Test func nothingIsLostWhileAChannelIsReplacedAgainAndAgain() async throws {
        let zone = try await ZoneFixture(["files": Self.inbox, "a": Self.push("/a")])
        let inbox = zone.folder.path + "/inbox"
        try FileManager.default.createDirectory(atPath: inbox, withIntermediateDirectories: true)
        for round in 0..<10 {
            let file = Data("[\(ZoneFixture.record(round))]".utf8)
            try file.write(to: URL(fileURLWithPath: inbox + "/\(round).json"), options: .atomic)
            let more = "silent_after: \(round + 1)h\n"
            async let pushed = status(of: zone, "/a", record: round)
            let changes = try await zone.reload(["files": Self.inbox + more, "a": Self.push("/a", more: more)])
            #expect(changes.map(\.kind) == [.changed, .changed])
            #expect(try await pushed == 200)
        }
        for _ in 0..<200 where try await zone.ticketCount() < 20 { try await Task.sleep(for: .milliseconds(50)) }
        #expect(try await zone.ticketCount() == 20)
        let counts = try await zone.status("files") { $0.counts["new"] == 10 }?.counts
        #expect(counts?["new"] == 10)
    }

    @Test func aPausedChannelTakesNothingAndGoesOnWhenItIsResumed() async throws {
        let zone = try await ZoneFixture(["a": Self.push("/a"), "files": Self.inbox])
        try await zone.zone.pause(channel: "a", by: "张敏")
        try await zone.zone.pause(channel: "files", by: "张敏")
        #expect(try await status(of: zone, "/a", record: 1) == 503)
        let inbox = zone.folder.path + "/inbox"
        try FileManager.default.createDirectory(atPath: inbox, withIntermediateDirectories: true)
        try Data("[\(ZoneFixture.record(2))]".utf8).write(to: URL(fileURLWithPath: inbox + "/x.json"))
        #expect(try await zone.status("a") { $0.state == "paused" }?.detail?.contains("张敏") == true)

        // A reload changes the version and not the pause.
        let changed = ["a": Self.push("/a", more: "silent_after: 1h\n"), "files": Self.inbox]
        #expect(try await zone.reload(changed).map(\.kind) == [.changed])
        #expect(try await status(of: zone, "/a", record: 1) == 503)
        #expect(try await zone.ticketCount() == 0)

        try await zone.zone.resume(channel: "a", by: "张敏")
        try await zone.zone.resume(channel: "files", by: "张敏")
        #expect(try await status(of: zone, "/a", record: 1) == 200)
        for _ in 0..<200 where try await zone.ticketCount() < 2 { try await Task.sleep(for: .milliseconds(50)) }
        #expect(try await zone.ticketCount() == 2)
        await #expect(throws: DeskError.self) { try await zone.zone.resume(channel: "a", by: "张敏") }
        await #expect(throws: DeskError.self) { try await zone.zone.pause(channel: "nobody", by: "a") }
    }

    @Test func thePlanSaysWhatAReloadWouldDoAndWhatBecomesOfTheCursor() async throws {
        let zone = try await ZoneFixture(["a": Self.push("/a"), "b": Self.push("/b"), "files": Self.inbox])
        try await zone.store.commit { db in
            try db.execute(sql: "UPDATE channel SET checkpoint = 'page 7' WHERE name IN ('b', 'files')")
        }
        let next = try zone.load([
            "a": "source: { type: http-pusch }\n", "b": Self.push("/b", more: "silent_after: 1h\n"),
            "files": Self.push("/files"), "new": Self.push("/new"),
        ])
        let plan = try ChannelChange.plan(next.channels, in: zone.store)
        #expect(
            plan.map { "\($0.channelID) \($0.kind.rawValue)" } == [
                "a refused", "b changed", "files changed", "new started",
            ])
        #expect(plan[0].detail.contains("runs on"))
        #expect(plan[1].detail == "it goes on from its cursor")
        #expect(plan[2].detail == "the cursor of directory is dropped; http-push starts at its beginning")
        let done = try await zone.zone.reload(next.channels, lookups: [:])
        #expect(done.map(\.kind) == plan.map(\.kind))
        let cursors = try await zone.store.read { db in
            try String.fetchAll(db, sql: "SELECT name FROM channel WHERE checkpoint IS NOT NULL")
        }
        #expect(cursors == ["b"])
    }
}

extension ZoneFixture {
    /// Writes these channels in place of those that were, and reads them.
    func load(_ channels: [String: String], secret: String = ZoneFixture.secret) throws -> LoadedConfiguration {
        let config = folder.path + "/config"
        try FileManager.default.removeItem(atPath: config)
        try Self.write(channels, to: config)
        return ConfigFolder.load(config, specs: Self.specs, environment: ["SECRET": secret, "FOLDER": folder.path])
    }

    func reload(_ channels: [String: String], secret: String = ZoneFixture.secret) async throws -> [ChannelChange] {
        let loaded = try load(channels, secret: secret)
        return try await zone.reload(loaded.channels, lookups: loaded.lookups)
    }
}
