internal import GRDB
internal import SluiceSDK

/// Who has a ticket. One row for each (ticket, handler), with why, when and with which fields held back.
enum ShareLog {
    /// - Returns: false when the handler has the ticket already.
    @discardableResult
    static func share(
        _ ticket: Int64, with handler: RosterEntry, as role: HandlerProfile.Role, reason: String, at: Timestamp,
        _ db: Database
    ) throws -> Bool {
        let statement = try db.cachedStatement(
            sql: """
                INSERT INTO route (ticket, handler, role, policy, reason, at) VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT (ticket, handler) DO NOTHING
                """)
        try statement.execute(
            arguments: [ticket, handler.key, role.rawValue, handler.policyKey, reason, at.milliseconds])
        return db.changesCount == 1
    }

    static func role(of handler: Int64, in ticket: Int64, _ db: Database) throws -> HandlerProfile.Role? {
        let statement = try db.cachedStatement(sql: "SELECT role FROM route WHERE ticket = ? AND handler = ?")
        return try String.fetchOne(statement, arguments: [ticket, handler]).flatMap(HandlerProfile.Role.init)
    }

    /// `handler.id` of everybody who has the ticket.
    static func holders(of ticket: Int64, _ db: Database) throws -> [Int64] {
        let statement = try db.cachedStatement(sql: "SELECT handler FROM route WHERE ticket = ? ORDER BY handler")
        return try Int64.fetchAll(statement, arguments: [ticket])
    }
}
