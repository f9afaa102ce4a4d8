internal import SluiceBoundary
internal import SluiceConfig
internal import SluiceSDK

/// The checks of one piece of a file. The file itself is looked at when all pieces are here.
struct AttachmentCheck: Sendable {
    let settings: RelaySettings

    /// - Throws: `BodyFault`, `SealingError`.
    func check(_ item: Item, _ policy: ReleasePolicy) throws -> Finding {
        guard item.schema == AttachmentBody.schemaVersion else {
            throw BodyFault(
                "schema.version",
                "the item says schema \(item.schema); only \(AttachmentBody.schemaVersion) is taken here")
        }
        guard item.sealed == nil else {
            throw SealingError("sealed.unexpected", "a piece of a file has no sealed part")
        }
        let body = try AttachmentBody(json: item.body)
        guard body.channelID == item.channelID else {
            throw BodyFault("stamp.channel", path: "channel_id", "it is not the item's channel")
        }
        if let own = settings.jurisdiction {
            let ticket = StableID.ticket(
                jurisdictionID: own, channelID: body.channelID, externalID: body.externalID)
            guard body.ticketID == ticket else {
                throw BodyFault(
                    "stamp.ticket-id", path: "ticket_id", "it is not the id of this channel and external_id")
            }
        }
        if body.isErased {
            return .rejected("attachment.erased", "the requester's data was erased before this was sent again")
        }
        guard body.id == item.id else {
            throw BodyFault("stamp.id", path: "attachment_id", "the item's id does not follow from it")
        }
        guard body.size <= settings.attachments.size else {
            return .rejected(
                "attachment.too-large",
                "the file has \(body.size) bytes; the relay lets \(settings.attachments.size) pass")
        }
        var finding = Finding.held(
            "attachment.incomplete", "a piece of a file; it goes on when the file is whole and was looked at")
        finding.piece = AttachmentPiece(
            attachmentID: body.attachmentID, ticketID: body.ticketID, channelID: body.channelID, size: body.size,
            sha256: body.sha256, number: body.piece, pieces: body.pieces, digest: SHA256.hash(body.content),
            wantsReview: item.wantsReview || policy == .review)
        return finding
    }
}
