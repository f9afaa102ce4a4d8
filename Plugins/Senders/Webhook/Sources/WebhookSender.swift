internal import CurlKit
public import SluiceSDK

/// Delivers events to a handler's web server: Standard Webhooks around CloudEvents.
public struct WebhookSender: DeliverySender {
    public static let spec = PluginSpec(
        "webhook", "Delivers events to the handler's web server, signed (Standard Webhooks, CloudEvents 1.0).",
        ConfigSpec([
            ConfigField(
                "url", .string, required: true, example: "http://10.0.0.8/sluice", "Where events are posted to."),
            ConfigField(
                "secret", .oneOrMany(.secret), required: true, example: "${file:housing}",
                "The signing key: `whsec_` and base64, or any text. With a list every key signs, so that the handler can "
                    + "change over without a gap."),
            ConfigField(
                "allow", .list(.network), example: "[10.0.0.0/24]",
                "The only addresses it may connect to, whatever the name in `url` leads to. Required unless the URL "
                    + "names this machine."),
            ConfigField("timeout", .duration, default: "30s", "For one request, from the look-up to the answer."),
        ]))

    private let url: String
    private let secrets: [WebhookSecret]
    private let allowed: [CIDR]
    private let timeout: Duration
    private let client: CurlClient

    /// - Throws: `ConfigIssue`.
    public init(_ config: Config, handlerID: String) throws {
        try self.init(config, client: .shared)
    }

    init(_ config: Config, client: CurlClient) throws {
        url = try config.string("url")
        let place = config.optional("url")?.place ?? config.place
        guard let address = HTTPAddress(url) else {
            throw ConfigIssue(
                at: place, "webhook.url", "'url' is no http or https URL", hint: "write http://10.0.0.8/sluice")
        }
        allowed = try Self.allowed(config, address)
        secrets = try config.strings("secret").map { try WebhookSecret($0, at: config.place) }
        guard !secrets.isEmpty else {
            throw ConfigIssue(
                at: config.place, "webhook.secret", "'secret' is missing", hint: "write 'secret: ${file:…}'")
        }
        timeout = try config.optionalDuration("timeout") ?? .seconds(30)
        self.client = client
    }

    public func deliver(_ batch: DeliveryBatch) async throws {
        let body = Self.body(batch)
        let type = batch.isBatched ? "application/cloudevents-batch+json" : "application/cloudevents+json"
        let signatures = secrets.map { $0.signature(id: batch.id, timestamp: batch.now, body: body) }
        let request = CurlRequest(
            "POST", url,
            headers: [
                ("Content-Type", type), ("webhook-id", batch.id), ("webhook-timestamp", "\(batch.now)"),
                ("webhook-signature", signatures.joined(separator: " ")),
            ], body: body, timeout: timeout, maxResponseBytes: 64 << 10, allowed: allowed)
        do {
            try Self.judge(try await client.perform(request), now: Timestamp(seconds: batch.now))
        } catch let error as CurlError {
            throw PluginError(error, plugin: "webhook")
        }
    }

    private static func judge(_ response: CurlResponse, now: Timestamp) throws {
        switch response.status {
        case 200..<300: return
        case 410:
            throw PluginError(
                .rejected, "webhook.gone",
                "the handler answers 410: it wants no more events at this address; change 'url' or resume the handler")
        case 300..<400:
            throw PluginError(
                .retry(after: .zero), "webhook.redirect",
                "the handler answers \(response.status), and redirects are not followed; write the final address in 'url'"
            )
        default:
            throw PluginError(
                .retry(after: response.retryAfter(now: now)), "webhook.status",
                "the handler answers \(response.status): \(response.excerpt.prefix(200))")
        }
    }

    private static func body(_ batch: DeliveryBatch) -> [UInt8] {
        guard batch.isBatched else { return batch.events.first ?? [] }
        var body: [UInt8] = []
        body.reserveCapacity(batch.events.reduce(1) { $0 + $1.count + 1 })
        body.append(UInt8(ascii: "["))
        for event in batch.events {
            if body.count > 1 { body.append(UInt8(ascii: ",")) }
            body += event
        }
        body.append(UInt8(ascii: "]"))
        return body
    }

    /// Without a list of its own, a handler on this machine may be reached on this machine only.
    private static func allowed(_ config: Config, _ address: HTTPAddress) throws -> [CIDR] {
        if let ranges = try config.networks("allow"), !ranges.isEmpty { return ranges }
        guard address.isLoopback else {
            throw ConfigIssue(
                at: config.place, "webhook.allow",
                "'allow' is missing: nothing says which addresses may be connected to",
                hint: "write 'allow: [\(IPAddress(address.host).map(\.description) ?? "10.0.0.0/24")]'")
        }
        return [try CIDR("127.0.0.0/8"), try CIDR("::1")]
    }
}
