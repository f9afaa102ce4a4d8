/// How large a segment may be before it is refused unread.
///
/// The relay's are larger: it may pass on a producer's largest batch whole, with its origin in front.
struct SegmentLimits: Sendable {
    var bytes: Int
    /// Header and entries.
    var lines: Int
    /// One line: a body of `Outbox.largestBody` and its envelope, or an origin with every digest withheld.
    var line: Int

    /// An outlet fills a batch with up to 500 entries, and each may need the line of a key in front of it.
    static let producer = SegmentLimits(bytes: 8 << 20, lines: 1024, line: (1 << 20) + 4096)
    static let relay = SegmentLimits(bytes: 20 << 20, lines: 4096, line: (1 << 20) + 4096)

    static func of(_ stream: BoundaryStream) -> SegmentLimits { stream.isFromRelay ? .relay : .producer }
}
