/// Lines of another producer's batch that the relay passes on, verbatim, together with proof of where they come from.
public struct Passage: Sendable, Equatable {
    public var producer: String
    public var position: BatchPosition
    /// Indices of the lines that go on, ascending; the others travel as digests only.
    public var lines: [ClosedRange<Int>]

    public init(producer: String, position: BatchPosition, lines: [ClosedRange<Int>]) {
        self.producer = producer
        self.position = position
        self.lines = lines
    }
}

/// What a passage stands for: fetched by the relay when the segment is written.
public struct PassageContent: Sendable {
    public var manifestBytes: [UInt8]
    public var signature: [UInt8]
    public var lineDigests: [UInt8]
    /// The lines of `Passage.lines`, in order.
    public var lines: [[UInt8]]

    public init(manifestBytes: [UInt8], signature: [UInt8], lineDigests: [UInt8], lines: [[UInt8]]) {
        self.manifestBytes = manifestBytes
        self.signature = signature
        self.lineDigests = lineDigests
        self.lines = lines
    }
}

extension Passage {
    /// How it waits in the outbox: `external 1 42 1-500,502-502`.
    func encoded() -> [UInt8] {
        let spans = lines.map { "\($0.lowerBound)-\($0.upperBound)" }.joined(separator: ",")
        return Array("\(producer) \(position.epoch) \(position.batch) \(spans)".utf8)
    }

    init?(encoded bytes: [UInt8]) {
        let parts = String(decoding: bytes, as: UTF8.self).split(separator: " ")
        guard parts.count == 4, let epoch = Int(parts[1]), let batch = Int(parts[2]) else { return nil }
        var lines: [ClosedRange<Int>] = []
        for span in parts[3].split(separator: ",") {
            let ends = span.split(separator: "-").compactMap { Int($0) }
            guard ends.count == 2, ends[0] <= ends[1] else { return nil }
            lines.append(ends[0]...ends[1])
        }
        self.init(
            producer: String(parts[0]), position: BatchPosition(epoch: epoch, batch: batch), lines: lines)
    }
}
