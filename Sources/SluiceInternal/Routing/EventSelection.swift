/// Which events a handler wants to hear: names, or a family as `case.*`.
public struct EventSelection: Sendable, Equatable {
    public static let standard = EventSelection([
        "ticket.opened", "ticket.revised", "ticket.withdrawn", "ticket.supplemented", "ticket.urged",
    ])

    private var names: Set<String>
    private var families: [String]

    public init(_ patterns: [String]) {
        names = Set(patterns.filter { !$0.hasSuffix("*") })
        families = patterns.filter { $0.hasSuffix("*") }.map { String($0.dropLast()) }
    }

    public func contains(_ kind: String) -> Bool {
        names.contains(kind) || families.contains { kind.hasPrefix($0) }
    }
}
