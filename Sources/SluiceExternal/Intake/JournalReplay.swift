/// A reject that a person sends through the journal again.
struct JournalReplay: Sendable {
    /// `reject.id`.
    var reject: Int64
    var person: String
    /// The reject is a message that could not be cut into records; else it is one record.
    var isWholeMessage: Bool
    /// The case is a ticket that was refused inside: the digest that its case is known by (`RefusalCase`). That ticket
    /// goes across once more, though nothing of it has changed.
    var refused: [UInt8]?
}
