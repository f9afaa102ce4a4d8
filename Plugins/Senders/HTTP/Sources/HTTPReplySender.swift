internal import CurlKit
public import SluiceSDK

/// Sends replies to the source's own HTTP interface.
public struct HTTPReplySender: ReplySender {
    public static let spec = PluginSpec(
        "http", "Sends replies to the source's own HTTP interface.",
        ConfigSpec(
            [
                ConfigField("method", .choice(["POST", "PUT", "PATCH"]), default: "POST", "The method."),
                ConfigField(
                    "url", .template, required: true, example: "https://example.org/orders/{external_id}/reply",
                    "Where to; values are percent-encoded. Placeholders stand behind the host."),
                ConfigField(
                    "headers", .map(.template), example: "{ X-Source: \"{channel_id}\" }",
                    "Headers. `Idempotency-Key: {reply.id}` is sent unless it is set here."),
                ConfigField(
                    "body", .object(BodyTemplate.spec(example: "external_id")), required: true,
                    example: "{ json: { id: \"{external_id}\" } }",
                    "The body."),
                ClientAuth.field,
                ConfigField(
                    "success", .object(SuccessRule.spec), example: "{ where: $.code, equals: [0] }",
                    "What a 2xx answer must say inside to count as taken."),
                ReplyDates.field,
            ] + ClientRoute.fields))

    /// Answers are for a person to read; nothing of them is kept but their beginning.
    private static let mostAnswerBytes = 1 << 20

    private let builder: ReplyRequestBuilder
    private let auth: ClientAuth
    private let success: SuccessRule?
    private let clock: @Sendable () -> Timestamp

    /// - Throws: `ConfigIssue`.
    public init(_ config: Config, context: ChannelContext) throws {
        try self.init(config, clock: { Timestamp.now() })
    }

    init(_ config: Config, clock: @escaping @Sendable () -> Timestamp) throws {
        builder = try ReplyRequestBuilder(config)
        auth = try ClientAuth(config, clock: clock)
        success = try config.optionalObject("success").map(SuccessRule.init)
        self.clock = clock
    }

    public func send(_ reply: Reply) async throws -> SourceAnswer {
        let request = try builder.request(for: reply)
        do {
            return try judge(try await auth.perform(request, maxResponseBytes: Self.mostAnswerBytes))
        } catch let error as CurlError {
            throw PluginError(error, plugin: "http")
        }
    }

    private func check(_ response: CurlResponse, _ said: String) throws {
        guard let success else { return }
        switch success.find(in: response) {
        case .meant: break
        case .notMeant:
            throw PluginError(.rejected, "http.not-taken", said + "; \(success.path.text) does not mean success")
        case .noEnvelope:
            throw PluginError(
                .retry(after: .zero), "http.no-envelope",
                said + "; that is not \(success.path.isXML ? "XML" : "JSON"), so nobody knows if it was taken")
        }
    }

    private func judge(_ response: CurlResponse) throws -> SourceAnswer {
        let said = "the source answers \(response.status)" + (response.body.isEmpty ? "" : ": \(response.excerpt)")
        if let fault = SOAPFault(in: response.body, contentType: response.header("content-type")) {
            // SOAP says who is to blame; its HTTP status is 500 either way.
            throw PluginError(
                fault.blamesSender ? .rejected : .retry(after: response.retryAfter(now: clock())), "http.soap-fault",
                "\(response.status): \(fault.description)")
        }
        switch response.status {
        case 200..<300:
            try check(response, said)
            return SourceAnswer(status: response.status, excerpt: response.excerpt)
        case 300..<400:
            throw PluginError(
                .misconfigured, "http.redirect", said + "; redirects are not followed, write the final address in 'url'"
            )
        case 408, 425, 429, 500...:
            throw PluginError(.retry(after: response.retryAfter(now: clock())), "http.status", said)
        default: throw PluginError(.rejected, "http.status", said)
        }
    }
}
