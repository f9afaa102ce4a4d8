internal import CurlKit
internal import SluiceSDK

/// `retry:`: what is tried again, how often, and how long is waited in between.
struct RetryRule: Sendable {
    static let spec = ConfigSpec([
        ConfigField("attempts", .integer(1...100), default: "5", example: "5", "How often one page is asked for."),
        ConfigField(
            "backoff", .string, default: "1s..5m", example: "1s..5m", "The first pause and the longest; each doubles."),
        ConfigField(
            "on", .list(.scalar), default: "[429, 5xx]", example: "[408, 429, 5xx]",
            "Statuses that are tried again. No answer at all always is."),
        ConfigField(
            "honour_retry_after", .boolean, default: "true", example: "false",
            "Whether Retry-After is waited for, where it asks for more."),
    ])

    let attempts: Int
    let longest: Duration
    private let first: Duration
    private let statuses: [String]
    private let honoursRetryAfter: Bool

    /// - Throws: `ConfigIssue`.
    init(_ config: Config?) throws {
        attempts = try config?.optionalInteger("attempts") ?? 5
        let text = try config?.optionalString("backoff") ?? "1s..5m"
        let place = config?.optional("backoff")?.place ?? config?.place ?? .unknown
        guard let range = Units.durationRange(text) else {
            throw ConfigIssue(at: place, "config.type", "'backoff' is not a range of durations", hint: "write 1s..5m")
        }
        (first, longest) = (range.first, range.most)
        let on = try config?.strings("on") ?? ["429", "5xx"]
        statuses = on
        honoursRetryAfter =
            config?.has("honour_retry_after") == true ? try config?.boolean("honour_retry_after") ?? true : true
        for status in on where !Self.isStatus(status) {
            throw ConfigIssue(
                at: config?.optional("on")?.place ?? place, "http-poll.retry", "'\(status)' is not a status",
                hint: "write 429 or 5xx")
        }
    }

    func repeats(_ status: Int) -> Bool {
        statuses.contains("\(status)") || statuses.contains("\(status / 100)xx")
    }

    /// - Parameter attempt: 1 after the first failure.
    func pause(attempt: Int, _ response: CurlResponse, now: Timestamp) -> Duration {
        let doubled = min(first * (1 << min(attempt - 1, 20)), longest)
        let asked = honoursRetryAfter ? response.retryAfter(now: now) : .zero
        return max(doubled, asked)
    }

    private static func isStatus(_ text: String) -> Bool {
        text.count == 3 && "12345".contains(text.first ?? "0")
            && (text.hasSuffix("xx") || text.allSatisfy { $0.isASCII && $0.isNumber })
    }
}
