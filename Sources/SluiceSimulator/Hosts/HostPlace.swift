/// Where the simulated host of one channel is, and where the simulator reaches into it.
public struct HostPlace: Sendable {
    /// What its `source` says instead; nil where that stays.
    public var source: HostChange?
    /// The same for its `reply`.
    public var reply: HostChange?
    /// Where messages are put; nil where the source is none of these.
    var inbox: DropFolder?
    /// Where replies lie; nil where they come otherwise.
    var replies: ReplyBox?
}

/// A folder that messages are put into.
struct DropFolder: Sendable {
    var path: String
    /// `path` has `tmp` and `new`, and a message comes from one into the other.
    var isMaildir = false

    func unfinished(_ name: String) -> String { isMaildir ? "\(path)/tmp/\(name)" : "\(path)/\(name).part" }
    func finished(_ name: String) -> String { isMaildir ? "\(path)/new/\(name)" : "\(path)/\(name)" }
}
