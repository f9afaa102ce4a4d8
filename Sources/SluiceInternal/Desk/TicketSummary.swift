internal import GRDB
public import SluiceSDK
internal import SluiceStore

/// A ticket in a list.
public struct TicketSummary: Sendable, Equatable {
    public var ticketID: String
    /// Day, division, counter.
    public var number: String
    public var channelID: String
    public var externalID: String
    public var status: CaseStatus
    public var owner: String
    public var revision: Int
    public var admittedAt: Timestamp
    /// nil when the source gave none.
    public var title: String?

    /// - Parameter condition: SQL over `t` (ticket), with its order and limit.
    static func fetch(_ db: Database, where condition: String, arguments: StatementArguments) throws -> [TicketSummary]
    {
        try Row.fetchAll(
            db,
            sql: """
                SELECT t.ticket_id, t.number, c.name, t.external_id, t.status, h.name, t.revision, t.admitted_at,
                    (SELECT unpacked(body) FROM revision WHERE id = t.latest)
                FROM ticket t JOIN channel c ON c.id = t.channel JOIN handler h ON h.id = t.owner WHERE \(condition)
                """, arguments: arguments
        ).map { row in
            TicketSummary(
                ticketID: row[0], number: row[1], channelID: row[2], externalID: row[3],
                status: CaseStatus(rawValue: row[4]) ?? .received, owner: row[5], revision: row[6],
                admittedAt: Timestamp(milliseconds: row[7]),
                title: try? IntakeDocument.read(Blob.bytes(row, 8)).text(.title))
        }
    }
}
