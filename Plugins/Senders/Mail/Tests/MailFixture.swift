import Foundation
import MailSender
import SluiceSDK
import SluiceTesting

enum Answer {
    static func config(_ url: String, _ more: [(String, ConfigLiteral)] = []) -> Config {
        var entries: [(String, ConfigLiteral)] = [
            ("url", .text(url)), ("from", "hotline@city.example"), ("from_name", "市民热线"), ("tls", "none"),
            ("timeout", "300s"),
        ]
        entries = entries.filter { entry in !more.contains { $0.0 == entry.0 } } + more
        let value = ConfigValue(.map(entries.map { ConfigEntry(key: $0.0, value: $0.1.value) }))
        return Config(ConfigLiteral(value), spec: MailReplySender.spec.config)
    }

    static func sender(_ url: String, _ more: [(String, ConfigLiteral)] = []) throws -> MailReplySender {
        try MailReplySender(config(url, more), context: ChannelContext(channelID: "a"))
    }

    static let origin = [
        "to": "wang@example.org", "subject": "楼道照明", "message_id": "9@example.org", "references": "1@x 2@y",
    ]

    static func reply(_ origin: [String: String] = origin, text: String = "已修好。", id: String = "r1") -> Reply {
        Reply(
            id: id, ticketID: "t1", channelID: "a", externalID: "9@example.org", event: "replied", status: "replied",
            publicText: text, repliedAt: "2026-01-05T09:30:00+08:00", origin: origin)
    }

    /// A header field of a letter, unfolded.
    static func field(_ name: String, _ letter: String) -> String? {
        let head = letter.components(separatedBy: "\r\n\r\n").first ?? ""
        let unfolded = head.replacing("\r\n ", with: " ")
        return unfolded.components(separatedBy: "\r\n").first { $0.hasPrefix(name + ": ") }.map {
            String($0.dropFirst(name.count + 2))
        }
    }

    static func text(_ letter: String) -> String? {
        let body = letter.components(separatedBy: "\r\n\r\n").dropFirst().joined()
        return Base64.decode(body).map { String(decoding: $0, as: UTF8.self) }
    }

    static func words(_ field: String?) -> String? {
        field?.split(separator: " ").map { word in
            guard word.hasPrefix("=?utf-8?B?"), word.hasSuffix("?=") else { return String(word) }
            return Base64.decode(String(word.dropFirst(10).dropLast(2))).map { String(decoding: $0, as: UTF8.self) }
                ?? ""
        }.joined()
    }
}
