internal import SluiceConfig

/// Who gets a ticket: exactly one owner and any number of copies.
struct Router: Sendable {
    private let owners: [RosterEntry]
    private let fallback: RosterEntry
    private let copies: [RosterEntry]

    /// - Throws: `RoutingError` when there is no fallback, or more than one.
    init(_ entries: [RosterEntry]) throws {
        let fallbacks = entries.filter { $0.profile.isFallback && $0.profile.role == .owner }
        guard let fallback = fallbacks.first, fallbacks.count == 1 else {
            throw RoutingError.fallbacks(fallbacks.map(\.profile.id))
        }
        self.fallback = fallback
        owners = entries.filter { $0.profile.role == .owner && !$0.profile.isFallback }
            .sorted { ($0.profile.order, $0.profile.id) < ($1.profile.order, $1.profile.id) }
        copies = entries.filter { $0.profile.role == .copy }.sorted { $0.profile.id < $1.profile.id }
    }

    func owner(of ticket: FilterSubject) -> RosterEntry {
        owners.first { $0.profile.matches(ticket) } ?? fallback
    }

    func copies(of ticket: FilterSubject) -> [RosterEntry] {
        copies.filter { $0.profile.matches(ticket) }
    }
}

public enum RoutingError: Error, Sendable, Equatable, CustomStringConvertible {
    case fallbacks([String])

    public var description: String {
        switch self {
        case .fallbacks(let ids) where ids.isEmpty:
            "[routing.no-fallback] no handler has role: owner and fallback: true; exactly one must, so that every "
                + "ticket has an owner"
        case .fallbacks(let ids):
            "[routing.fallbacks] more than one handler has fallback: true (\(ids.joined(separator: ", "))); keep one"
        }
    }
}
