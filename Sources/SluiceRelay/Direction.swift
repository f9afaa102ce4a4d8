internal import GRDB
internal import SluiceBoundary

/// One way through the relay.
enum Direction: Sendable {
    /// From the external network to the internal one.
    case inward
    /// Replies and status, back out.
    case outward

    /// By who made an item; whoever is not the internal zone is an external producer.
    static func of(producer: String) -> Direction { producer == "internal" ? .outward : .inward }
}

/// The streams of the relay, which stands at one end of each.
enum RelayStreams {
    /// What a producer writes.
    static func from(_ producer: String) -> BoundaryStream { BoundaryStream(from: producer, to: "relay") }
    /// What the relay writes to it: verdicts on its items, and what is for it.
    static func to(_ producer: String) -> BoundaryStream { BoundaryStream(from: "relay", to: producer) }

    /// Where a released item goes on: inside, or to the external producer whose channel it is.
    static func onward(_ direction: Direction, channelID: String, _ db: Database) throws -> BoundaryStream {
        direction == .inward ? .relayToInternal : to(try ProducerShares.owner(of: channelID, db))
    }
}
