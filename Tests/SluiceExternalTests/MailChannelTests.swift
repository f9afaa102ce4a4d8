import Foundation
import GRDB
import SluiceBoundary
import SluiceConfig
import SluiceSDK
import SluiceStore
import SluiceTesting
import Testing

@testable import SluiceExternal

/// Letters in and answers out: a zone with mail channels, real SMTP between their Maildirs.
@Suite struct MailChannelTests {
    private let first = TemporaryFolder()
    private let second = TemporaryFolder()

    private static func channel(_ maildir: String, _ url: String, _ name: String, automatic: String = "reject")
        -> String
    {
        """
        source: { type: directory, layout: maildir, path: \(maildir), every: 10ms }
        format: { type: email, automatic: \(automatic) }
        ticket:
          external_id: { first: [message_id, digest] }
          request_type: { const: help }
          requested_datetime: { first: [date, received] }
          title: subject
          description: body.text
          requester.email: from.address
          requester.name: { from: body.text, match: "姓名：(.*)" }
        reply: { type: mail, url: "\(url)", tls: none, from: \(name)@city.example, on: [replied] }

        """
    }

    private func letter(_ more: [String] = []) -> [UInt8] {
        let lines = [
            "From: other@city.example", "Subject: 路灯", "Message-ID: <1@x>", "References: <0@x>",
            "Date: Mon, 05 Jan 2026 09:30:00 +0800",
        ]
        return Array((lines + more + ["", "姓名：王芳", "路灯不亮"]).joined(separator: "\r\n").utf8)
    }

    private func put(_ bytes: [UInt8], into maildir: TemporaryFolder, _ name: String = "1") throws {
        for sub in ["new", "cur", "tmp"] {
            try FileManager.default.createDirectory(atPath: maildir(sub), withIntermediateDirectories: true)
        }
        if bytes.isEmpty { return }
        // As mail servers do: it is whole when it has its place.
        try writeFile(bytes, maildir("tmp/\(name).x"))
        try FileManager.default.moveItem(atPath: maildir("tmp/\(name).x"), toPath: maildir("new/\(name).x"))
    }

    private func until(_ isDone: () async throws -> Bool) async throws {
        for _ in 0..<2_000 where try await !isDone() { try await Task.sleep(for: .milliseconds(10)) }
        #expect(try await isDone())
    }

    /// What a handler's reply becomes on this side.
    private func reply(_ zone: ZoneFixture, _ id: String, to channel: String) async throws {
        let ids = try await zone.store.read {
            try Row.fetchOne(
                $0,
                sql: """
                    SELECT ticket_id, external_id FROM ticket JOIN channel ON channel.id = ticket.channel
                    WHERE channel.name = ?
                    """, arguments: [channel]
            ).map { row -> [String] in [row[0], row[1]] }
        }
        let found = try #require(ids)
        let event = CaseEventBody(
            replyID: id, ticketID: found[0], channelID: channel, externalID: found[1], event: "replied",
            status: "replied", publicText: "已修好", repliedAt: Timestamp(seconds: 1_770_000_000))
        let inbox = ReplyInbox(wanted: { _ in ["replied"] }, zone: .shanghai, clock: { .now() })
        try await zone.store.commit { try inbox.take(event, in: $0) }
    }

    private func state(_ zone: ZoneFixture, _ id: String) async throws -> [String] {
        try await zone.store.read {
            let row = try Row.fetchOne(
                $0, sql: "SELECT state, last_error FROM reply WHERE reply_id = ?", arguments: [id])
            return [row?["state"] ?? "", row?["last_error"] ?? ""]
        }
    }

    private func rejects(_ zone: ZoneFixture) async throws -> [String] {
        try await zone.store.read { try String.fetchAll($0, sql: "SELECT code FROM reject ORDER BY id") }
    }

    @Test func aLetterBecomesATicketAndIsAnsweredInItsThread() async throws {
        try put(letter(), into: first)
        try put([], into: second)
        let relay = try await SMTPServer(maildir: second.path)
        let zone = try await ZoneFixture(["a": Self.channel(first.path, relay.url, "a")])
        try await until { try await zone.ticketCount() == 1 }
        try await reply(zone, "r1", to: "a")
        try await until { relay.letters.count == 1 }
        let answer = try #require(relay.letters.first)
        #expect(answer.hasPrefix("X-Envelope: a@city.example other@city.example\r\n"))
        #expect(answer.contains("In-Reply-To: <1@x>\r\nReferences: <0@x>\r\n <1@x>\r\n"))
        try await until { try await state(zone, "r1")[0] == "acknowledged" }
        await zone.stop()
    }

    @Test(arguments: ["reject", "take"])
    func twoSystemsThatAnswerEachOtherStopWithinOneRound(_ automatic: String) async throws {
        try put(letter(), into: first)
        try put([], into: second)
        let toSecond = try await SMTPServer(maildir: second.path)
        let toFirst = try await SMTPServer(maildir: first.path)
        let zone = try await ZoneFixture([
            "a": Self.channel(first.path, toSecond.url, "a"),
            "b": Self.channel(second.path, toFirst.url, "b", automatic: automatic),
        ])
        try await until { try await zone.ticketCount() == 1 }
        try await reply(zone, "r1", to: "a")
        if automatic == "reject" {
            try await until { try await rejects(zone) == ["email.auto-reply"] }
            #expect(try await zone.ticketCount() == 1)
        } else {
            try await until { try await zone.ticketCount() == 2 }
            try await reply(zone, "r2", to: "b")
            try await until { try await state(zone, "r2")[0] == "failed" }
            #expect(try await state(zone, "r2")[1].hasPrefix("[mail.automatic]"))
        }
        #expect(toFirst.letters.isEmpty)
        await zone.stop()
    }

    @Test func theLatestLetterOfATicketIsTheOneThatIsAnswered() async throws {
        try put(letter(), into: first)
        try put([], into: second)
        let relay = try await SMTPServer(maildir: second.path)
        let zone = try await ZoneFixture(["a": Self.channel(first.path, relay.url, "a")])
        try await until { try await zone.ticketCount() == 1 }
        try put(letter(["Reply-To: <new@city.example>", "X-Other: 1"]) + Array("\r\n补充".utf8), into: first, "2")
        try await until {
            try await zone.store.read { try Int.fetchOne($0, sql: "SELECT max(revision) FROM ticket") } == 2
        }
        try await reply(zone, "r1", to: "a")
        try await until { relay.letters.count == 1 }
        #expect(relay.letters[0].contains("To: <new@city.example>"))
        #expect(try await zone.store.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM reply_origin") } == 1)
        await zone.stop()
    }

    @Test func aSelectorThatIsNoneOfTheFormatsIsSaidWithItsPlace() throws {
        let yaml = """
            id: a
            name: a
            class: hotline
            level: municipal
            authority: test
            source: { type: http-push, path: /channels/a, auth: { type: none } }
            format: { type: json, records: $ }
            ticket: { external_id: $.a, request_type: { const: help }, description: $.b, requested_datetime: $.c }
            reply: { type: mail, url: "smtps://h", from: a@b.example }
            """
        let config = TemporaryFolder()
        try FileManager.default.createDirectory(atPath: config("hotlines"), withIntermediateDirectories: true)
        try writeFile(Array(yaml.utf8), config("hotlines/a.yaml"))
        let loaded = ConfigFolder.load(config.path, specs: ZoneFixture.specs, environment: [:])
        let file = try #require(loaded.goodChannels.first)
        do {
            try ChannelCheck.compile(file, plugins: ZoneFixture.plugins, lookups: [:], zone: .shanghai)
            Issue.record("no issue")
        } catch let error as ConfigIssues {
            #expect(error.issues.map(\.rule) == ["reply.remember"])
        }
    }
}
