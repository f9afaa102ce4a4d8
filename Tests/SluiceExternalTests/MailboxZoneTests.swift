import Foundation
import GRDB
import SluiceSDK
import SluiceStore
import SluiceTesting
import Testing

@testable import SluiceExternal

/// A whole zone on a real mailbox.
@Suite struct MailboxZoneTests {
    /// `SLUICE_LETTERS=10000 swift test --filter MailboxZoneTests` measures.
    private let count = ProcessInfo.processInfo.environment["SLUICE_LETTERS"].flatMap { Int($0) } ?? 60

    @Test(.timeLimit(.minutes(20)), arguments: ["imaps", "pop3s"])
    func everyLetterBecomesATicketOrARejectAndLeavesTheBox(_ scheme: String) async throws {
        let server = try await Dovecot()
        for number in 0..<count { try server.deliver(Self.letter(number)) }
        let began = ContinuousClock.now
        let url = scheme == "imaps" ? server.imaps : server.pop3s
        let zone = try await ZoneFixture(["a": Self.channel(url, server.authority)])
        let refused = (count + 9) / 10
        while try await zone.ticketCount() < count - refused { try await Task.sleep(for: .milliseconds(20)) }
        while try await rejects(zone).count < refused { try await Task.sleep(for: .milliseconds(20)) }
        let took = ContinuousClock.now - began
        #expect(Set(try await rejects(zone)) == ["email.bounce"])
        while !server.flags().isEmpty { try await Task.sleep(for: .milliseconds(20)) }
        #expect(try await zone.ticketCount() == count - refused)
        await zone.stop()
        if count > 1_000 { print("\(scheme): \(count) letters of 15 KB in \(took), peak memory \(Self.peak()) KiB") }
    }

    private func rejects(_ zone: ZoneFixture) async throws -> [String] {
        try await zone.store.read { try String.fetchAll($0, sql: "SELECT code FROM reject") }
    }

    private static func channel(_ url: String, _ authority: String) -> String {
        """
        source:
          { type: mailbox, url: "\(url)", ca: \(authority), user: hotline, password: "${env:MAILBOX}", after: delete, every: 50ms }
        format: { type: email }
        ticket:
          external_id: { first: [message_id, digest] }
          request_type: { const: help }
          requested_datetime: { first: [date, received] }
          title: subject
          description: { from: body.text, match: "(?s)^(.{1,2000})" }
          requester.email: from.address
          attachments: { each: attachments, name: name, size: size }
        reply: { type: none }

        """
    }

    /// 15 KB: text and HTML in quoted-printable, a picture in base64. Every tenth is a bounce.
    private static func letter(_ number: Int) -> [UInt8] {
        let text = (0..<30).map { "第\($0)段：楼道灯不亮，已经第\(number)次反映。" }.joined(separator: "\r\n")
        let quoted = text.utf8.map { $0 < 0x80 ? String(Unicode.Scalar($0)) : "=" + Hex.encode([$0]).uppercased() }
            .joined().replacing("\r\n", with: "=0D=0A=\r\n")
        let picture = Base64.encode([UInt8](repeating: UInt8(number % 251), count: 4_000))
        var head = [
            "From: =?utf-8?B?546L6Iqz?= <w\(number)@example.org>", "To: hotline@city.example",
            "Subject: =?gb2312?B?zba9/A==?= \(number)", "Message-ID: <\(number)@example.org>",
            "Date: Mon, 05 Jan 2026 09:30:00 +0800", "MIME-Version: 1.0", "Content-Type: multipart/mixed; boundary=b",
        ]
        if number % 10 == 0 { head.append("Return-Path: <>") }
        let type = "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
        let lines =
            head + [
                "", "--b", "Content-Type: text/plain; charset=utf-8\r\n" + type + quoted,
                "--b", "Content-Type: text/html; charset=utf-8\r\n" + type + "<p>" + quoted + "</p>",
                "--b", "Content-Type: image/png; name=a.png\r\nContent-Transfer-Encoding: base64\r\n\r\n" + picture,
                "--b--",
                "",
            ]
        return Array(lines.joined(separator: "\r\n").utf8)
    }

    /// VmHWM of this process, KiB.
    private static func peak() -> Int {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? ""
        return line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) } ?? 0
    }
}
