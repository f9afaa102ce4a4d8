internal import GRDB
public import SluiceSDK

/// One step of a ticket's way.
public struct TraceStep: Sendable, Equatable {
    public var at: Timestamp
    /// `admitted`, `delivered`, `case.event`, `reply.acknowledged`, …
    public var step: String
    /// A channel, a handler, `relay`, `source`.
    public var actor: String
    public var detail: String

    static func timeline(of ticket: Int64, _ db: Database) throws -> [TraceStep] {
        try Row.fetchAll(
            db, sql: "SELECT at, step, actor, detail FROM timeline WHERE ticket = ? ORDER BY number",
            arguments: [ticket]
        ).map { TraceStep(at: Timestamp(milliseconds: $0[0]), step: $0[1], actor: $0[2], detail: $0[3]) }
    }

    /// Where each event went: read from the queues, which are the only place that says it.
    static func deliveries(of ticket: Int64, _ db: Database) throws -> [TraceStep] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT e.kind, e.at, h.name, b.batch_id, b.delivered_at, b.attempts, b.last_error
                FROM timeline l JOIN event e ON e.id = l.event JOIN route r ON r.ticket = l.ticket
                JOIN delivery d ON d.handler = r.handler AND d.event = e.id JOIN handler h ON h.id = d.handler
                LEFT JOIN delivery_batch b ON b.id = d.batch WHERE l.ticket = ? ORDER BY e.id, h.name
                """, arguments: [ticket]
        ).map { row in
            let kind: String = row[0]
            let failed: Int = row[5] ?? 0
            let repeats = failed > 0 ? ", after \(failed) failed" : ""
            if let deliveredAt = row[4] as Int64? {
                return TraceStep(
                    at: Timestamp(milliseconds: deliveredAt), step: "delivered", actor: row[2],
                    detail: "\(kind) in batch \(row[3] as String)\(repeats)")
            }
            let error = (row[6] as String?).map { ": \($0)" } ?? ""
            return TraceStep(
                at: Timestamp(milliseconds: row[1]), step: "delivery.waiting", actor: row[2],
                detail: "\(kind)\(repeats)\(error)")
        }
    }
}
