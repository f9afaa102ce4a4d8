internal import GRDB
internal import SluiceBoundary
internal import SluiceSDK

/// A file of a ticket as handlers and the command line see it.
struct AttachmentEntry: Sendable, Equatable {
    var id: String
    var ticketID: String
    var name: String
    /// By content.
    var type: String?
    var size: Int?
    var sha256: String?
    var mediaURL: String?
    /// `arriving`, `available`, `failed`, `rejected`, `damaged`, `erased`.
    var state: String
    var code: String?

    /// Where a handler fetches it; nil while it cannot.
    var path: String? { state == "available" ? "/v1/tickets/\(ticketID)/attachments/\(id)" : nil }

    /// Made here: what a sender calls a file is no name for one.
    var fileName: String { id + MediaKind.fileExtension(of: type ?? "") }

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.field("attachment_id", id)
        writer.field("name", name)
        writer.field("state", state)
        writer.field("code", code)
        writer.field("media_type", type)
        if let size { writer.field("size", size) }
        writer.field("sha256", sha256)
        writer.field("media_url", mediaURL)
        writer.field("path", path)
        writer.endObject()
    }

    static func all(of ticketID: String, _ db: Database) throws -> [AttachmentEntry] {
        try Row.fetchAll(
            db.cachedStatement(sql: "SELECT \(columns) FROM attachment WHERE ticket_id = ? ORDER BY id"),
            arguments: [ticketID]
        ).map(AttachmentEntry.init(row:))
    }

    static func find(_ key: Int64, _ db: Database) throws -> AttachmentEntry? {
        try Row.fetchOne(db, sql: "SELECT \(columns) FROM attachment WHERE id = ?", arguments: [key])
            .map(AttachmentEntry.init(row:))
    }

    private static let columns = "attachment_id, ticket_id, name, type, size, sha256, media_url, state, code"

    private init(row: Row) {
        (id, ticketID, name, type, size) = (row[0], row[1], row[2], row[3], row[4])
        (sha256, mediaURL, state, code) = (row[5], row[6], row[7], row[8])
    }
}
