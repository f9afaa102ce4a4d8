internal import GRDB
internal import SluiceSDK
internal import SluiceStore

/// What names the person of a ticket, in any of its revisions: taken out of texts too, where somebody repeated it.
struct PersonalValues {
    /// A table that holds ticket documents.
    struct Place {
        var table: String
        /// Of `:ticketID`, and `:row`, its `ticket.id`, which is null where it is not here.
        var condition: String

        func rows(of ticketID: String, row: Int64?, _ db: Database) throws -> [Row] {
            let statement = try db.makeStatement(
                sql: "SELECT rowid, unpacked(body) FROM \(table) WHERE \(condition)")
            let isByRow = condition.contains(":row")
            return try Row.fetchAll(statement, arguments: isByRow ? ["row": row] : ["ticketID": ticketID])
        }
    }

    static let places = [
        // Along the chain: revisions have no index by ticket.
        Place(
            table: "revision",
            condition: """
                id IN (WITH RECURSIVE chain (id) AS (
                    SELECT latest FROM ticket WHERE id = :row
                    UNION ALL SELECT previous FROM revision JOIN chain ON revision.id = chain.id
                        WHERE previous IS NOT NULL)
                    SELECT id FROM chain)
                """),
        Place(table: "waiting", condition: "ticket_id = :ticketID"),
        Place(table: "refused", condition: "item_id = :ticketID"),
    ]

    private var values: Set<String> = []

    init(of ticketID: String, row ticket: Int64?, _ db: Database) throws {
        for place in Self.places {
            for row in try place.rows(of: ticketID, row: ticket, db) {
                if let ticket = try? IntakeDocument.read(Blob.bytes(row, 1)) {
                    values.formUnion(ticket.personalValues)
                }
            }
        }
    }

    func removed(from text: String) -> String { IntakeTicket.removing(values, from: text) }

    func erased(from ticket: IntakeTicket, _ extent: ErasureExtent) -> IntakeTicket {
        ticket.erased(extent, removing: values)
    }

    /// The JSON of a case event that other handlers heard of.
    func erased(fromDetail bytes: [UInt8], _ extent: ErasureExtent) throws -> [UInt8] {
        let root = try JSONDocument.parse(bytes).root
        var writer = JSONWriter()
        writer.beginObject()
        writer.field("type", root["type"]?.string)
        writer.field("by", root["by"]?.string)
        writer.field("public_text", extent == .all ? nil : root["public_text"]?.string.map(removed))
        writer.field("replied_at", root["replied_at"]?.string)
        writer.endObject()
        return writer.bytes
    }
}
