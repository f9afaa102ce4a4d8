import SluiceSDK
import SluiceTesting
import Testing
import WebhookSender

@Suite struct WebhookConformanceTests {
    @Test(arguments: SenderCase.allCases) func conforms(_ scenario: SenderCase) async throws {
        try await SenderConformance.run(scenario) { try WebhookBench(scenario) }
    }
}

/// A handler's web server.
private struct WebhookBench: SenderBench {
    static let refusal = "webhook.status"

    let source: MoodySource
    let timeout: ConfigLiteral

    init(_ scenario: SenderCase) throws {
        source = try MoodySource(scenario)
        timeout = scenario == .answerLate ? "1s" : "300s"
    }

    func sender() throws -> @Sendable (Parcel) async throws -> Void {
        let config: ConfigLiteral = [
            "url": .text("http://127.0.0.1:\(source.port)/sluice"), "secret": "plain secret", "timeout": timeout,
        ]
        let sender = try WebhookSender(Config(config, spec: WebhookSender.spec.config), handlerID: "housing")
        return { parcel in
            var writer = JSONWriter()
            writer.beginObject()
            writer.field("number", parcel.number)
            writer.field("text", parcel.text)
            writer.endObject()
            try await sender.deliver(
                DeliveryBatch(id: parcel.id, events: [writer.bytes], now: 1_800_000_000, isBatched: false))
        }
    }

    func behave(_ mood: SenderMood) async throws { try await source.behave(mood) }

    func arrivals() throws -> [Arrival] {
        try source.taken.map { request in
            let text = try JSONDocument.parse(request.body).root["text"]?.string ?? ""
            return Arrival(id: request.header("webhook-id") ?? "", text: text)
        }
    }

    func strangeThings() -> [String] { source.taken.map(\.target).filter { $0 != "/sluice" } }
    func disturbances() -> Int { source.disturbances }
}
