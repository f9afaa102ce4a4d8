import MailboxTransport
import SluiceSDK
import SluiceTesting
import Synchronization

/// A transport on a box, and what it has told ops.
final class Reports: Sendable {
    private let lines = Mutex<[String]>([])

    func add(_ line: String) { lines.withLock { $0.append(line) } }
    var all: [String] { lines.withLock { $0 } }
}

enum Box {
    static func config(_ url: String, _ more: [(String, ConfigLiteral)] = [], ca: String? = nil) -> Config {
        var entries: [(String, ConfigLiteral)] = [
            ("url", .text(url)), ("user", .text(Dovecot.user)), ("password", .text(Dovecot.password)),
            ("every", "20ms"),
        ]
        if let ca { entries.append(("ca", .text(ca))) }
        entries = entries.filter { entry in !more.contains { $0.0 == entry.0 } } + more
        let value = ConfigValue(.map(entries.map { ConfigEntry(key: $0.0, value: $0.1.value) }))
        return Config(ConfigLiteral(value), spec: MailboxTransport.spec.config)
    }

    static func transport(
        _ url: String, _ more: [(String, ConfigLiteral)] = [], ca: String? = nil, checkpoint: String? = nil,
        limit: Int = 1 << 20, reports: Reports = Reports()
    ) throws -> MailboxTransport {
        var context = ChannelContext(channelID: "a", checkpoint: checkpoint) { reports.add($0) }
        context.limits.message = limit
        return try MailboxTransport(config(url, more, ca: ca), context: context)
    }

    static func letter(_ subject: String, _ text: String = "text") -> [UInt8] {
        Array("From: a@example.org\r\nSubject: \(subject)\r\nMessage-ID: <\(subject)@x>\r\n\r\n\(text)\r\n".utf8)
    }

    static let accepted = {
        var outcome = MessageOutcome()
        outcome.new = 1
        return outcome
    }()

    /// Takes so many letters and acknowledges them; the subjects.
    static func take(_ count: Int, from transport: MailboxTransport) async throws -> [String] {
        var subjects: [String] = []
        for _ in 0..<count {
            guard let message = try await transport.next() else { break }
            subjects.append(subject(message))
            try await message.acknowledge(accepted)
        }
        return subjects
    }

    static func subject(_ message: InboundMessage) -> String {
        let text = String(decoding: message.message.bytes, as: UTF8.self)
        let line = text.split(whereSeparator: \.isNewline).first { $0.hasPrefix("Subject: ") }
        return line.map { String($0.dropFirst(9)) } ?? ""
    }

    /// True when several looks at the box find nothing.
    static func isSilent(_ transport: MailboxTransport) async -> Bool {
        let waiting = Task { try await transport.next() }
        try? await Task.sleep(for: .milliseconds(200))
        waiting.cancel()
        return (try? await waiting.value) == nil
    }
}
