import CurlKit
import Logging
import SluiceConfig
import SluiceSDK
import SluiceStore

/// Looks at a zone every few seconds and tells of what fell ill and what recovered: to the log, the alert table and the
/// webhooks. Each transition once, however often it is looked at.
struct AlertWatch: Sendable {
    let zone: String
    let store: Store
    let conditions: @Sendable () async throws -> [AlertCondition]
    let targets: [AlertTarget]
    let logger: Logger
    let clock: @Sendable () -> Timestamp

    private static let period = Duration.seconds(5)

    /// Until its task is cancelled.
    func run() async throws {
        while true {
            do {
                try await look()
                try await tell()
            } catch is CancellationError {
                return
            } catch {
                logger.error("alerts cannot be looked at", metadata: ["zone": "\(zone)", "error": "\(error)"])
            }
            try await Task.sleep(for: Self.period)
        }
    }

    /// One look: what changed is in the table and in the log when this returns.
    func look() async throws {
        for alert in try await AlertBook(store: store).observe(try await conditions(), now: clock().milliseconds) {
            let metadata: Logger.Metadata = [
                "kind": "\(alert.kind)", "subject": "\(alert.subject)", "reason": "\(alert.reason)",
            ]
            if alert.clearedAt == nil {
                logger.warning("alert", metadata: metadata)
            } else {
                logger.notice("alert is over", metadata: metadata)
            }
        }
    }

    /// Tells the webhooks what they have not heard; what fails is told again at the next look.
    func tell() async throws {
        if targets.isEmpty { return }
        let book = AlertBook(store: store)
        for alert in try await book.untold() {
            for target in targets {
                do {
                    try await send(alert, to: target)
                } catch {
                    logger.warning(
                        "an alert did not reach its webhook", metadata: ["kind": "\(alert.kind)", "error": "\(error)"])
                    return
                }
            }
            try await book.markTold(alert)
        }
    }

    /// Signed by Standard Webhooks when the target has a secret; the id is the same in every attempt.
    private func send(_ alert: Alert, to target: AlertTarget) async throws {
        let state = alert.clearedAt == nil ? "raised" : "cleared"
        let (id, body) = ("alert-\(zone)-\(alert.id)-\(state)", json(alert, state))
        let seconds = clock().seconds
        var headers = [
            (name: "Content-Type", value: "application/json"), (name: "webhook-id", value: id),
            (name: "webhook-timestamp", value: String(seconds)),
        ]
        if let secret = target.secret {
            let key = secret.hasPrefix("whsec_") ? Base64.decode(String(secret.dropFirst(6))) ?? [] : Array(secret.utf8)
            let signature = hmacSHA256(key: key, Array("\(id).\(seconds).".utf8) + body)
            headers.append((name: "webhook-signature", value: "v1," + Base64.encode(signature)))
        }
        let response = try await CurlClient.shared.perform(
            CurlRequest("POST", target.webhook, headers: headers, body: body, timeout: .seconds(10)))
        guard (200..<300).contains(response.status) else {
            throw CommandFailure("the webhook answered \(response.status)")
        }
    }

    private func json(_ alert: Alert, _ state: String) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.field("type", "alert.\(state)")
        writer.field("zone", zone)
        writer.field("kind", alert.kind)
        writer.field("subject", alert.subject)
        writer.field("reason", alert.reason)
        writer.field("raised_at", Timestamp(milliseconds: alert.raisedAt).rfc3339(in: .shanghai))
        writer.field("cleared_at", alert.clearedAt.map { Timestamp(milliseconds: $0).rfc3339(in: .shanghai) })
        writer.endObject()
        return writer.bytes
    }
}
