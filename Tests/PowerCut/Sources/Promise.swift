import CPowerDisk

/// What the outside was told, and may rely on from then on.
enum Promise: Hashable {
    /// A source was told that its record is taken.
    case accepted(ticket: String, revision: Int)
    /// The same, told before the commit: what a gateway would do that acknowledges too early. A control.
    case acceptedEarly(ticket: String, revision: Int)
    /// A handler has heard of this event.
    case delivered(event: String)
    /// A handler was told that its event is taken.
    case reported(event: String)
    /// The source has this reply.
    case replied(reply: String)

    func note() { disk_mark(text) }

    private var text: String {
        switch self {
        case .accepted(let ticket, let revision): "accepted \(ticket) \(revision)"
        case .acceptedEarly(let ticket, let revision): "early \(ticket) \(revision)"
        case .delivered(let event): "delivered \(event) 0"
        case .reported(let event): "reported \(event) 0"
        case .replied(let reply): "replied \(reply) 0"
        }
    }

    init(text: String) throws {
        let parts = text.split(separator: " ").map(String.init)
        guard parts.count == 3, let number = Int(parts[2]) else { throw Surprise("no promise: \(text)") }
        switch parts[0] {
        case "accepted": self = .accepted(ticket: parts[1], revision: number)
        case "early": self = .acceptedEarly(ticket: parts[1], revision: number)
        case "delivered": self = .delivered(event: parts[1])
        case "reported": self = .reported(event: parts[1])
        case "replied": self = .replied(reply: parts[1])
        default: throw Surprise("no promise: \(text)")
        }
    }
}
