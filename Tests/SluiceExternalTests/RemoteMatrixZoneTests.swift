import Foundation
import GRDB
import SluiceSDK
import SluiceStore
import SluiceTesting
import Testing

@testable import SluiceExternal

/// Every format in every charset through every kind of file server, from the server's folder to the tickets.
@Suite struct RemoteMatrixZoneTests {
    enum Host: String, CaseIterable, CustomTestStringConvertible {
        case sftp, ftp, ftpsExplicit, ftpsImplicit

        var testDescription: String { rawValue }
    }

    enum Content: String, CaseIterable, CustomTestStringConvertible {
        case csvGB18030, xmlGB18030, jsonUTF8, ndjsonGBK, emailGB2312

        var testDescription: String { rawValue }
    }

    /// A server at work, and how a channel reaches it.
    private struct Place {
        var server: any Sendable
        var files: String
        var keys: String

        init(_ host: Host) async throws {
            if host == .sftp {
                let sshd = try await Sshd()
                (server, files) = (sshd, sshd.files)
                keys =
                    "url: \"\(sshd.url)\", known_hosts: \(sshd.knownHosts), auth: { type: key, user: \(sshd.user), key: \(sshd.key) }"
                return
            }
            let tls: Vsftpd.TLS = host == .ftp ? .none : host == .ftpsExplicit ? .explicit : .implicit
            let vsftpd = try await Vsftpd(tls)
            (server, files) = (vsftpd, vsftpd.files)
            keys =
                "url: \"\(vsftpd.url)/\", auth: { type: password, user: \(Vsftpd.user), password: \"${env:GUEST}\" }"
                + (host == .ftp ? "" : ", ca: \(vsftpd.authority)") + (host == .ftpsExplicit ? ", tls: explicit" : "")
        }
    }

    private func format(_ content: Content) -> (config: String, fields: [String]) {
        switch content {
        case .csvGB18030: ("{ type: csv, charset: gb18030 }", ["编号", "内容"])
        case .xmlGB18030: ("{ type: xml, records: /列表/件 }", ["编号", "内容"])
        case .jsonUTF8: ("{ type: json, records: \"$.rows[*]\" }", ["$.编号", "$.内容"])
        case .ndjsonGBK: ("{ type: ndjson, charset: gbk }", ["$.编号", "$.内容"])
        case .emailGB2312: ("{ type: email }", ["message_id", "body.text"])
        }
    }

    /// Two records; a letter is one.
    private func bytes(_ content: Content) throws -> [UInt8] {
        let gb18030 = try #require(Charset("gb18030"))
        switch content {
        case .csvGB18030: return try gb18030.encode("编号,内容\r\nN-1,镕基路灯不亮\r\nN-2,水管漏水\r\n")
        case .xmlGB18030:
            return try gb18030.encode(
                "<?xml version=\"1.0\" encoding=\"GB2312\"?><列表><件><编号>N-1</编号><内容>镕基路灯不亮</内容></件>"
                    + "<件><编号>N-2</编号><内容><![CDATA[水管漏水]]></内容></件></列表>")
        case .jsonUTF8:
            return Array(#"{"rows":[{"编号":"N-1","内容":"镕基路灯不亮"},{"编号":"N-2","内容":"水管漏水"}]}"#.utf8)
        case .ndjsonGBK:
            return try gb18030.encode("{\"编号\":\"N-1\",\"内容\":\"镕基路灯不亮\"}\n{\"编号\":\"N-2\",\"内容\":\"水管漏水\"}\n")
        case .emailGB2312:
            let head = "From: a@example.org\r\nMessage-ID: <N-1>\r\nMIME-Version: 1.0\r\n"
            return try gb18030.encode(
                head + "Content-Type: text/plain; charset=gb2312\r\nContent-Transfer-Encoding: 8bit\r\n\r\n镕基路灯不亮\r\n")
        }
    }

    @Test(arguments: Host.allCases, Content.allCases)
    func everyFormatComesThroughEveryServer(host: Host, content: Content) async throws {
        let place = try await Place(host)
        let (format, fields) = format(content)
        let channel = """
            source: { type: remote-files, every: 50ms, stable_for: 0s, after: move, \(place.keys) }
            format: \(format)
            ticket:
              external_id: "\(fields[0])"
              request_type: { const: help }
              requested_datetime: { const: "2026-01-05T09:00:00+08:00", date: rfc3339 }
              description: "\(fields[1])"
            reply: { type: none }

            """
        try writeFile(try bytes(content), place.files + "/.new")
        try move(place.files + "/.new", to: place.files + "/1.dat")
        let zone = try await ZoneFixture(["a": channel])
        let expected = content == .emailGB2312 ? 1 : 2
        for _ in 0..<3_000 where try await zone.ticketCount() < expected {
            try await Task.sleep(for: .milliseconds(10))
        }
        #expect(try await zone.ticketCount() == expected)
        let ids = try await zone.store.read {
            try String.fetchAll($0, sql: "SELECT external_id FROM ticket ORDER BY external_id")
        }
        #expect(ids == Array(["N-1", "N-2"].prefix(expected)))
        for _ in 0..<1_000 where names(in: place.files) != ["done"] { try await Task.sleep(for: .milliseconds(10)) }
        #expect(names(in: place.files + "/done") == ["1.dat"])
        await zone.stop()
        withExtendedLifetime(place.server) {}
    }
}
