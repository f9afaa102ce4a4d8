import CurlKit
import Foundation
import SluiceSDK

/// A channel whose letters bring files, and such letters.
enum MailedFiles {
    /// Stands at multiples of three in a file: three bytes are four of base64, so that it is found in both.
    static let marker = "MARKER-OF-THE-FILE-"

    static func pdf(_ size: Int) -> [UInt8] {
        var bytes = Array("%PDF-1.7 ".utf8)
        while bytes.count < size { bytes += Array("\(marker)~~".utf8) }
        return bytes
    }

    static let channel = """
        id: hotline-mail
        name: mail
        class: hotline
        level: municipal
        authority: test
        source: { type: http-push, path: /channels/mail, auth: { type: api-key, header: X-Key, key: "${env:TEST_KEY}" } }
        format: { type: email }
        ticket:
          external_id: message_id
          request_type: { const: help }
          requested_datetime: date
          title: subject
          description: body.text
          attachments: { each: attachments, name: name, media_type: content_type, content: content }

        """

    static func mail(_ number: Int, _ files: [(name: String, bytes: [UInt8])]) -> [UInt8] {
        var text = """
            From: Li <li@example.org>\r
            To: hotline@city.example\r
            Subject: letter \(number)\r
            Message-ID: <m\(number)@example.org>\r
            Date: Mon, 05 Jan 2026 09:00:00 +0800\r
            MIME-Version: 1.0\r
            Content-Type: multipart/mixed; boundary=xx\r
            \r
            --xx\r
            Content-Type: text/plain\r
            \r
            the lamp is dark\r

            """
        for file in files {
            text += """
                --xx\r
                Content-Type: application/pdf; name="\(file.name)"\r
                Content-Disposition: attachment; filename="\(file.name)"\r
                Content-Transfer-Encoding: base64\r
                \r

                """
            var rest = Base64.encode(file.bytes)[...]
            while !rest.isEmpty {
                text += rest.prefix(76) + "\r\n"
                rest = rest.dropFirst(76)
            }
        }
        return Array((text + "--xx--\r\n").utf8)
    }

    static func ticketID(_ number: Int) -> String {
        StableID.ticket(jurisdictionID: "370400", channelID: "hotline-mail", externalID: "m\(number)@example.org")
    }
}

extension Gateway {
    struct ListedFile {
        var id: String
        var state: String
        var path: String
        var code: String
    }

    /// - Returns: the status.
    func push(_ mail: [UInt8], type: String = "message/rfc822") async throws -> Int {
        try await CurlClient.shared.perform(
            CurlRequest(
                "POST", "http://127.0.0.1:\(port)/channels/mail",
                headers: [("X-Key", "test-key"), ("Content-Type", type)], body: mail)
        ).status
    }

    /// As the handler asks for it.
    func fetch(_ path: String) async throws -> CurlResponse {
        try await CurlClient.shared.perform(
            CurlRequest(
                "GET", "http://127.0.0.1:\(apiPort)\(path)",
                headers: [(name: "Authorization", value: "Bearer centre-token")], maxResponseBytes: 16 << 20))
    }

    /// What the handler sees of every file of the letter's ticket, by name; empty while the ticket is not there.
    func files(ofLetter number: Int) async throws -> [String: ListedFile] {
        let answer = try await fetch("/v1/tickets/\(MailedFiles.ticketID(number))")
        guard answer.status == 200 else { return [:] }
        var found: [String: ListedFile] = [:]
        try JSONDocument.parse(answer.body).root["handling"]?["attachments"]?.forEachElement { entry in
            found[entry["name"]?.string ?? ""] = ListedFile(
                id: entry["attachment_id"]?.string ?? "", state: entry["state"]?.string ?? "",
                path: entry["path"]?.string ?? "", code: entry["code"]?.string ?? "")
        }
        return found
    }
}
