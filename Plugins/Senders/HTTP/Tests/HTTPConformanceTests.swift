import HTTPSender
import SluiceSDK
import SluiceTesting
import Testing

@Suite struct HTTPConformanceTests {
    @Test(arguments: SenderCase.allCases) func conforms(_ scenario: SenderCase) async throws {
        try await SenderConformance.run(scenario) { try HTTPBench(scenario) }
    }
}

/// A source that takes replies at `/orders/{external_id}/reply`.
private struct HTTPBench: SenderBench {
    static let refusal = "http.status"

    let source: MoodySource
    let timeout: ConfigLiteral

    init(_ scenario: SenderCase) throws {
        source = try MoodySource(scenario)
        timeout = scenario == .answerLate ? "1s" : "300s"
    }

    func sender() throws -> @Sendable (Parcel) async throws -> Void {
        let config: ConfigLiteral = [
            "url": .text("http://127.0.0.1:\(source.port)/orders/{external_id}/reply"), "timeout": timeout,
            "headers": ["X-Order": "{external_id}"],
            "body": ["json": ["no": "{external_id}", "result": "{reply.public_text}"]],
        ]
        let sender = try HTTPReplySender(
            Config(config, spec: HTTPReplySender.spec.config), context: ChannelContext(channelID: "a"))
        return { parcel in
            _ = try await sender.send(
                Reply(
                    id: parcel.id, ticketID: "t1", channelID: "a", externalID: parcel.number, event: "replied",
                    status: "replied", publicText: parcel.text, repliedAt: "2026-01-05T09:30:00+08:00"))
        }
    }

    func behave(_ mood: SenderMood) async throws { try await source.behave(mood) }

    func arrivals() throws -> [Arrival] {
        try source.taken.map { request in
            let text = try JSONDocument.parse(request.body).root["result"]?.string ?? ""
            return Arrival(id: request.header("idempotency-key") ?? "", text: text)
        }
    }

    func strangeThings() -> [String] {
        source.taken.flatMap { request in
            let isElsewhere = request.target.split(separator: "/", omittingEmptySubsequences: false).count != 4
            return (isElsewhere ? [request.target] : []) + (request.header("x-bad").map { [$0] } ?? [])
        }
    }

    func disturbances() -> Int { source.disturbances }
}
