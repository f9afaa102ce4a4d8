/// A file as the medium has it, and what was done to it since without a sync.
struct DiskFile {
    enum Change {
        case write(offset: Int, bytes: [UInt8])
        case truncate(size: Int)
    }

    private(set) var durable: [UInt8] = []
    private(set) var pending: [Change] = []

    init(_ bytes: [UInt8] = []) { durable = bytes }

    mutating func change(_ change: Change) { pending.append(change) }

    mutating func sync() {
        for change in pending { Self.apply(change, to: &durable) }
        pending = []
    }

    /// What programs read, while the power is on.
    var live: [UInt8] {
        var bytes = durable
        for change in pending { Self.apply(change, to: &bytes) }
        return bytes
    }

    /// What is there when the power is back.
    func afterCut(_ keep: Keep, _ chance: inout Chance) -> [UInt8] {
        var bytes = durable
        switch keep {
        case .nothing: break
        case .everything: return live
        case .head:
            let whole = chance.below(pending.count + 1)
            for change in pending.prefix(whole) { Self.apply(change, to: &bytes) }
            if whole < pending.count { Self.tear(pending[whole], part: 0.5, of: &bytes, &chance) }
        case .scattered(let part): for change in pending { Self.tear(change, part: part, of: &bytes, &chance) }
        }
        return bytes
    }

    private static func apply(_ change: Change, to bytes: inout [UInt8]) {
        switch change {
        case .truncate(let size): resize(&bytes, to: size)
        case .write(let offset, let written):
            if bytes.count < offset + written.count { resize(&bytes, to: offset + written.count) }
            bytes.replaceSubrange(offset..<offset + written.count, with: written)
        }
    }

    /// Some of its sectors arrive, in no order.
    private static func tear(_ change: Change, part: Double, of bytes: inout [UInt8], _ chance: inout Chance) {
        guard case .write(let offset, let written) = change else {
            if chance.isBelow(part) { apply(change, to: &bytes) }
            return
        }
        let sector = chance.once(in: 2) ? 512 : 4096
        var start = 0
        while start < written.count {
            // Sectors lie where the medium has them, not where the write begins.
            let end = min(written.count, start + sector - (offset + start) % sector)
            if chance.isBelow(part) {
                apply(.write(offset: offset + start, bytes: Array(written[start..<end])), to: &bytes)
            }
            start = end
        }
    }

    private static func resize(_ bytes: inout [UInt8], to size: Int) {
        if size < bytes.count {
            bytes.removeLast(bytes.count - size)
        } else {
            bytes.append(contentsOf: repeatElement(0, count: size - bytes.count))
        }
    }
}

/// What a cut leaves of things that were not synced.
enum Keep {
    case nothing
    case everything
    /// The first of them, in order; of the one behind them a part.
    case head
    /// Any of them, each sector or name by itself: a drive may write in any order.
    case scattered(Double)

    static func any(_ chance: inout Chance) -> Keep {
        switch chance.below(8) {
        case 0, 1: .nothing
        case 2: .everything
        case 3, 4: .head
        default: .scattered(chance.pick([0.1, 0.5, 0.9]))
        }
    }
}
