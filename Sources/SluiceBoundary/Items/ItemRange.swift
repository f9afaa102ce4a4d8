/// Consecutive items of one producer. Numbers run from 1 for each (producer, epoch).
public struct ItemRange: Sendable, Hashable, CustomStringConvertible {
    public var producer: String
    public var epoch: Int
    public var first: Int
    public var last: Int

    public init(producer: String, epoch: Int, first: Int, last: Int) {
        self.producer = producer
        self.epoch = epoch
        self.first = first
        self.last = last
    }

    public var count: Int { last - first + 1 }

    public func contains(_ number: Int) -> Bool { (first...max(first, last)).contains(number) }

    /// Joins neighbours, in the order given, so that an untroubled batch becomes one range.
    public static func joined(_ ranges: some Sequence<ItemRange>) -> [ItemRange] {
        var out: [ItemRange] = []
        for range in ranges {
            if let last = out.last, last.producer == range.producer, last.epoch == range.epoch,
                last.last + 1 == range.first
            {
                out[out.count - 1].last = range.last
            } else {
                out.append(range)
            }
        }
        return out
    }

    public var description: String { "\(producer)/\(epoch)/\(first)-\(last)" }
}
