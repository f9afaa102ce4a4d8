/// A batch that cannot be trusted. Nothing of it is consumed, and its stream stops until a person resumes it.
public struct ChainBreak: Error, Sendable, Equatable, CustomStringConvertible {
    /// A stable short label: `boundary.bad-signature`, `boundary.gap`, …
    public var code: String
    public var stream: BoundaryStream
    public var position: BatchPosition
    /// From 1; nil when it is about the whole segment.
    public var line: Int?
    public var reason: String

    public init(_ code: String, stream: BoundaryStream, position: BatchPosition, line: Int? = nil, _ reason: String) {
        self.code = code
        self.stream = stream
        self.position = position
        self.line = line
        self.reason = reason
    }

    public var description: String {
        "[\(code)] \(stream) batch \(position)\(line.map { " line \($0)" } ?? ""): \(reason)"
    }

    static let gap = "boundary.gap"
    static let epochRaised = "boundary.epoch-raised"
}
