/// What went wrong in a plugin, said so that the supervisor knows what to do next.
public struct PluginError: Error, Sendable, CustomStringConvertible {
    public enum Remedy: Sendable, Equatable {
        /// The connection is gone: connect again, with backoff.
        case notConnected
        /// Try the same thing again after this time.
        case retry(after: Duration)
        /// The other side will never take or give this; a person decides.
        case rejected
        /// The configuration is wrong: stop this channel until it is changed.
        case misconfigured
    }

    public var remedy: Remedy
    /// A stable short label, for metrics and tests: `directory.unreadable`.
    public var code: String
    /// For ops: what happened and what to do. No personal data, no secrets.
    public var reason: String

    public init(_ remedy: Remedy, _ code: String, _ reason: String) {
        self.remedy = remedy
        self.code = code
        self.reason = reason
    }

    public var description: String { "[\(code)] \(reason)" }
}
