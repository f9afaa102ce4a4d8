/// A file of a ticket for a handler to take.
public struct AttachmentFile: Sendable, Equatable {
    public var bytes: [UInt8]
    /// By content, not by name.
    public var type: String
    /// Made by the gateway; what the sender called it stands in the ticket.
    public var fileName: String
    /// Hexadecimal.
    public var sha256: String
}
