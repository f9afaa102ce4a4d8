public import SluiceSDK

/// What the mapping made of one record: the ticket without the gateway's stamps.
public struct MappedRecord: Sendable {
    public var ticket: IntakeTicket
    /// Fields from which control or bidirectional characters were stripped; they go to `lineage.raw.stripped`.
    public var strippedFields: [String]

    public init(ticket: IntakeTicket, strippedFields: [String]) {
        self.ticket = ticket
        self.strippedFields = strippedFields
    }
}
