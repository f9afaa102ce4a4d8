import Foundation
import GRDB
import SluiceBoundary
import SluiceSDK
import SluiceStore
import SluiceTesting
import Testing

@testable import SluiceExternal

/// A whole zone between two folders of one real server: tables come out of one, replies go into the other.
@Suite struct RemoteFilesZoneTests {
    private static func channel(_ sshd: Sshd) -> String {
        let server = """
            known_hosts: \(sshd.knownHosts), auth: { type: key, user: \(sshd.user), key: \(sshd.key) }
            """
        return """
            source: { type: remote-files, url: "\(sshd.url)/out", every: 50ms, stable_for: 0s, after: move, \(server) }
            format: { type: csv, charset: gb18030, csv: { header: true } }
            ticket:
              external_id: 编号
              request_type: { const: help }
              requested_datetime: { from: 时间, date: "yyyy-MM-dd HH:mm:ss", zone: Asia/Shanghai }
              description: 内容
            reply:
              type: remote-files
              url: "\(sshd.url)/in"
              \(server.replacing(", auth", with: "\n  auth"))
              name: "HZ_{external_id}_{reply.id}.txt"
              charset: gb18030
              body: { text: "{external_id}={reply.public_text}" }
              on: [replied]

            """
    }

    private func put(_ sshd: Sshd, _ name: String, _ rows: [String]) throws {
        let text = (["编号,时间,内容"] + rows).map { $0 + "\r\n" }.joined()
        let bytes = try #require(Charset("gb18030")).encode(text)
        try writeFile(bytes, sshd.files + "/.new")
        try move(sshd.files + "/.new", to: sshd.files + "/out/" + name)
    }

    private func until(_ isDone: () async throws -> Bool) async throws {
        for _ in 0..<3_000 where try await !isDone() { try await Task.sleep(for: .milliseconds(10)) }
        #expect(try await isDone())
    }

    private func reply(_ zone: ZoneFixture, _ id: String, _ externalID: String) async throws {
        let ticket = try await zone.store.read {
            try String.fetchOne($0, sql: "SELECT ticket_id FROM ticket WHERE external_id = ?", arguments: [externalID])
        }
        let event = CaseEventBody(
            replyID: id, ticketID: try #require(ticket), channelID: "a", externalID: externalID, event: "replied",
            status: "replied", publicText: "已修好", repliedAt: Timestamp(seconds: 1_770_000_000))
        let inbox = ReplyInbox(wanted: { _ in ["replied"] }, zone: .shanghai, clock: { .now() })
        try await zone.store.commit { try inbox.take(event, in: $0) }
    }

    private func states(_ zone: ZoneFixture) async throws -> [String] {
        try await zone.store.read { try String.fetchAll($0, sql: "SELECT state FROM reply ORDER BY reply_id") }
    }

    @Test func tablesComeInAndRepliesGoBackAsFiles() async throws {
        let sshd = try await Sshd()
        for folder in ["out", "in"] { try makeFolder(sshd.files + "/" + folder) }
        try put(sshd, "a.csv", ["N-1,2026-01-05 09:00:00,路灯不亮", "N-2,2026-01-05 09:00:00,水管漏水"])
        let folder = TemporaryFolder()
        let zone = try await ZoneFixture(["a": Self.channel(sshd)], folder: folder)
        try await until { try await zone.ticketCount() == 2 }
        try await until { names(in: sshd.files + "/out") == ["done"] }
        try await reply(zone, "r1", "N-1")
        try await until { try await states(zone) == ["acknowledged"] }
        let file = sshd.files + "/in/HZ_N-1_r1.txt"
        #expect(try readFile(file) == (try #require(Charset("gb18030")).encode("N-1=已修好")))
        await zone.stop()

        // Killed between the server's answer and noting it: the same file again, and no second one.
        try remove(file)
        try await zone.store.commit { try $0.execute(sql: "UPDATE reply SET state = 'sending'") }
        let restarted = try await ZoneFixture(["a": Self.channel(sshd)], folder: folder)
        try await until { try await states(restarted) == ["acknowledged"] }
        #expect(names(in: sshd.files + "/in") == ["HZ_N-1_r1.txt"])
        await restarted.stop()
    }

    @Test func aReplyWaitsForTheServerAndArrivesOnce() async throws {
        let sshd = try await Sshd()
        for folder in ["out", "in"] { try makeFolder(sshd.files + "/" + folder) }
        try put(sshd, "a.csv", ["N-1,2026-01-05 09:00:00,路灯不亮"])
        let zone = try await ZoneFixture(["a": Self.channel(sshd)])
        try await until { try await zone.ticketCount() == 1 }
        sshd.server.stop()
        try await reply(zone, "r1", "N-1")
        try await until {
            try await zone.store.read { try Int.fetchOne($0, sql: "SELECT attempts FROM reply") ?? 0 } > 0
        }
        try await sshd.server.start()
        try await until { try await states(zone) == ["acknowledged"] }
        #expect(names(in: sshd.files + "/in") == ["HZ_N-1_r1.txt"])
        await zone.stop()
    }
}
