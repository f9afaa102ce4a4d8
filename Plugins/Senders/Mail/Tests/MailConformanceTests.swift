import MailSender
import SluiceSDK
import SluiceTesting
import Synchronization
import Testing

/// Against a real SMTP server, with a relay before it.
@Suite struct MailConformanceTests {
    @Test(arguments: SenderCase.allCases) func conforms(_ scenario: SenderCase) async throws {
        try await SenderConformance.run(scenario) { try await MailBench(scenario) }
    }
}

private final class MailBench: SenderBench {
    static let refusal = "mail.refused"
    static let exempt: [SenderCase: String] = [
        .retryAfter: "SMTP names no time; what a 4xx means has a test of its own"
    ]

    private let server: SMTPServer
    private let relay: CuttingRelay?
    private let timeout: ConfigLiteral
    /// The server refuses by the recipient's name.
    private let recipient = Mutex("wang@example.org")

    init(_ scenario: SenderCase) async throws {
        server = try await SMTPServer()
        let needsRelay: Set<SenderCase> = [.answerLate, .answerLost, .brokenOff, .cancellation]
        relay = needsRelay.contains(scenario) ? try CuttingRelay(to: server.server.port) : nil
        timeout = scenario == .answerLate ? "1s" : "300s"
    }

    func sender() throws -> @Sendable (Parcel) async throws -> Void {
        let url = relay.map { "smtp://127.0.0.1:\($0.port)" } ?? server.url
        let sender = try Answer.sender(url, [("timeout", timeout), ("subject", "{external_id}: {subject}")])
        return { [self] parcel in
            var origin = Answer.origin
            origin["to"] = recipient.withLock { $0 }
            origin["subject"] = parcel.number
            origin["references"] = "1@x \(parcel.number)"
            var reply = Answer.reply(origin, text: parcel.text, id: parcel.id)
            reply.externalID = parcel.number
            _ = try await sender.send(reply)
        }
    }

    func behave(_ mood: SenderMood) async throws {
        recipient.withLock { $0 = mood == .refusing ? "refused@example.org" : "wang@example.org" }
        relay?.mute(mood == .silent)
        relay?.cut(after: mood == .breaking ? 100_000 : nil)
        let server = server
        let isThere: @Sendable () -> Bool = { !server.letters.isEmpty }
        relay?.dropAnswers(when: mood == .deaf ? isThere : nil)
        if mood == .gone { server.server.stop() }
        if mood == .well, !server.server.isRunning { try await server.server.start() }
    }

    func arrivals() -> [Arrival] {
        server.letters.map { letter in
            let text = Answer.text(letter) ?? ""
            return Arrival(
                id: Answer.field("Message-ID", letter) ?? "",
                text: text.hasSuffix("\r\n") ? String(text.dropLast()) : text)
        }
    }

    func strangeThings() -> [String] {
        server.letters.flatMap { letter in
            let envelope = letter.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
            let isMeant = envelope == "X-Envelope: hotline@city.example wang@example.org"
            return (isMeant ? [] : [envelope])
                + ["X-Bad", "Bcc", "Cc"].compactMap { Answer.field($0, letter) }
        }
    }

    func disturbances() -> Int { relay?.cuts ?? 0 }
}
