public import SluiceSDK

/// What the mapping made of one record: the ticket without the gateway's stamps, or what a follow-up says of one.
public struct MappedRecord: Sendable {
    public var ticket: IntakeTicket
    /// Set when the record only says something of a ticket: `ticket` holds nothing but what it said.
    public var followUp: FollowUpKind?
    /// Fields from which control or bidirectional characters were stripped; they go to `lineage.raw.stripped`.
    public var strippedFields: [String]
    /// Bytes of the ticket's attachments that stood in the record, by their digest (hexadecimal).
    public var contents: [String: [UInt8]]

    public init(
        ticket: IntakeTicket, followUp: FollowUpKind? = nil, strippedFields: [String],
        contents: [String: [UInt8]] = [:]
    ) {
        self.contents = contents
        self.ticket = ticket
        self.followUp = followUp
        self.strippedFields = strippedFields
    }
}
