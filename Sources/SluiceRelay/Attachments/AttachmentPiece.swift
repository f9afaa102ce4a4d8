/// What is known of a piece of a file without its bytes.
struct AttachmentPiece: Sendable, Equatable {
    var attachmentID: String
    var ticketID: String
    var channelID: String
    var size: Int
    var sha256: String
    /// From 1.
    var number: Int
    var pieces: Int
    /// SHA-256 of the piece.
    var digest: [UInt8]
    /// A person releases the file, by the wish of the channel or of the relay's list.
    var wantsReview: Bool
}
