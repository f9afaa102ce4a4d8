/// Why something cannot be simulated, with the file that says it.
public struct SimulatorError: Error, Sendable, CustomStringConvertible {
    /// A stable short label: `simulator.no-upstream`.
    public var code: String
    public var reason: String

    public init(_ code: String, _ reason: String) {
        self.code = code
        self.reason = reason
    }

    public var description: String { "[\(code)] \(reason)" }
}
