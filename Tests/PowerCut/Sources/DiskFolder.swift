/// Names in a folder as the medium has them, and what was done to them since without a sync of the folder.
struct DiskFolder {
    enum Entry: Hashable {
        case file(Int)
        case folder
    }

    enum Change {
        case add(String, Entry)
        case rename(String, to: String, Entry)
        case remove(String)
    }

    private(set) var live: [String: Entry]
    private var durable: [String: Entry]
    private(set) var pending: [Change] = []

    init(_ entries: [String: Entry] = [:]) { (live, durable) = (entries, entries) }

    mutating func change(_ change: Change) {
        pending.append(change)
        Self.apply(change, to: &live)
    }

    mutating func sync() {
        durable = live
        pending = []
    }

    func afterCut(_ keep: Keep, _ chance: inout Chance) -> [String: Entry] {
        var entries = durable
        switch keep {
        case .nothing: break
        case .everything: entries = live
        case .head: for change in pending.prefix(chance.below(pending.count + 1)) { Self.apply(change, to: &entries) }
        case .scattered(let part):
            for change in pending where chance.isBelow(part) { Self.apply(change, to: &entries) }
        }
        return entries
    }

    private static func apply(_ change: Change, to entries: inout [String: Entry]) {
        switch change {
        case .add(let name, let entry): entries[name] = entry
        case .remove(let name): entries[name] = nil
        case .rename(let old, let new, let entry):
            entries[old] = nil
            entries[new] = entry
        }
    }
}
