public import SluiceSDK

/// What the mapping made of one record: the ticket without the gateway's stamps, or what a follow-up says of one.
public struct MappedRecord: Sendable {
    public var ticket: IntakeTicket
    /// Set when the record only says something of a ticket: `ticket` holds nothing but what it said.
    public var followUp: FollowUpKind?
    /// Fields from which control or bidirectional characters were stripped; they go to `lineage.raw.stripped`.
    public var strippedFields: [String]

    public init(ticket: IntakeTicket, followUp: FollowUpKind? = nil, strippedFields: [String]) {
        self.ticket = ticket
        self.followUp = followUp
        self.strippedFields = strippedFields
    }
}
