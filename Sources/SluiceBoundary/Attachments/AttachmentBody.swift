internal import SluiceSDK

/// The body of an inward `attachment` item: one piece of one file of a ticket, with everything that is known of the whole
/// repeated in each, so that any piece can be checked by itself.
public struct AttachmentBody: Sendable, Equatable {
    public static let schemaVersion = "1"
    /// Bytes of every piece but the last: a piece with its envelope stays well below `Outbox.largestBody`.
    public static let pieceBytes = 256 << 10
    /// More than any configuration may allow.
    public static let mostBytes = 256 << 20

    public var attachmentID: String
    public var ticketID: String
    public var channelID: String
    public var externalID: String
    /// What the sender called it, cleaned; nothing is ever stored under it.
    public var name: String
    /// What the sender said it is.
    public var mediaType: String?
    /// Where it was fetched; nil where it came with the record.
    public var mediaURL: String?
    /// Of the whole.
    public var size: Int
    /// Of the whole; hexadecimal.
    public var sha256: String
    /// From 1.
    public var piece: Int
    public var content: [UInt8]

    public init(
        attachmentID: String, ticketID: String, channelID: String, externalID: String, name: String,
        mediaType: String? = nil, mediaURL: String? = nil, size: Int, sha256: String, piece: Int, content: [UInt8]
    ) {
        self.attachmentID = attachmentID
        self.ticketID = ticketID
        self.channelID = channelID
        self.externalID = externalID
        self.name = name
        self.mediaType = mediaType
        self.mediaURL = mediaURL
        self.size = size
        self.sha256 = sha256
        self.piece = piece
        self.content = content
    }

    public var pieces: Int { Self.pieces(of: size) }
    /// The item's id: the attachment's, and which piece.
    public var id: String { "\(attachmentID).\(piece)" }
    /// The requester's data was erased while this could still be sent again.
    public var isErased: Bool { content.isEmpty }

    public static func pieces(of size: Int) -> Int { (size + pieceBytes - 1) / pieceBytes }

    /// The bytes of one piece, `number` from 1.
    public static func piece(_ number: Int, of bytes: [UInt8]) -> [UInt8] {
        let start = (number - 1) * pieceBytes
        return Array(bytes[start..<min(start + pieceBytes, bytes.count)])
    }

    public func json() -> [UInt8] {
        var writer = JSONWriter(reserving: content.count * 4 / 3 + 1024)
        writer.beginObject()
        writer.field("schema_version", Self.schemaVersion)
        writer.field("attachment_id", attachmentID)
        writer.field("ticket_id", ticketID)
        writer.field("channel_id", channelID)
        writer.field("external_id", externalID)
        writer.field("name", name)
        writer.field("media_type", mediaType)
        writer.field("media_url", mediaURL)
        writer.field("size", size)
        writer.field("sha256", sha256)
        writer.field("piece", piece)
        writer.field("pieces", pieces)
        writer.field("content", Base64.encode(content))
        writer.endObject()
        return writer.bytes
    }

    /// Reads strictly: an unknown member, a wrong type, a foreign schema version, a piece that cannot be one of this file
    /// or an id that does not follow from the rest is refused.
    public init(json bytes: [UInt8]) throws(BodyFault) {
        let body = try StrictBody(bytes, version: Self.schemaVersion, known: Self.members)
        attachmentID = try body.name("attachment_id")
        ticketID = try body.name("ticket_id")
        channelID = try body.name("channel_id")
        externalID = try body.text("external_id")
        name = try body.text("name")
        mediaType = try body.optionalText("media_type")
        mediaURL = try body.optionalText("media_url")
        size = try body.optionalInteger("size") ?? 0
        sha256 = try body.name("sha256")
        piece = try body.optionalInteger("piece") ?? 0
        content = try body.bytes("content", atMost: Self.pieceBytes)
        let said = try body.optionalInteger("pieces")
        try check(pieces: said)
    }

    private func check(pieces said: Int?) throws(BodyFault) {
        guard (1...Self.mostBytes).contains(size) else {
            throw BodyFault("attachment.size", path: "size", "a file has 1 to \(Self.mostBytes) bytes")
        }
        guard said == pieces, (1...pieces).contains(piece) else {
            throw BodyFault("attachment.pieces", path: "pieces", "they do not follow from the size")
        }
        let wanted = piece < pieces ? Self.pieceBytes : size - (pieces - 1) * Self.pieceBytes
        guard content.count == wanted || isErased else {
            throw BodyFault("attachment.piece-size", path: "content", "a piece has not the bytes that it has to have")
        }
        guard sha256.count == 64, Hex.decode(sha256) != nil, sha256 == sha256.lowercased() else {
            throw BodyFault("attachment.digest", path: "sha256", "64 hexadecimal digits in lower case were expected")
        }
        guard name == AttachmentName.cleaned(name) else {
            throw BodyFault(
                "attachment.name", path: "name", "the name leads somewhere, or is longer than a file's may be")
        }
        let id =
            mediaURL.map { StableID.attachment(ticketID: ticketID, mediaURL: $0) }
            ?? StableID.attachment(ticketID: ticketID, sha256: sha256, name: name)
        guard attachmentID == id else {
            throw BodyFault("stamp.attachment-id", path: "attachment_id", "it does not follow from ticket and file")
        }
    }

    private static let members: Set<String> = [
        "schema_version", "attachment_id", "ticket_id", "channel_id", "external_id", "name", "media_type", "media_url",
        "size", "sha256", "piece", "pieces", "content",
    ]
}
