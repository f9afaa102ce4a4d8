internal import PostgresKit
internal import SluiceSDK

/// Makes the tables of the boundary, and of the quarantine's record.
public enum BoundaryInstaller {
    /// Runs `layout.sql()` as a role that may.
    /// - Parameter database: with that role's settings.
    public static func install(_ layout: some DatabasePlan, in database: BoundaryDatabase) async throws {
        var settings = database.settings
        // It waits for whoever holds a table, and makes days.
        settings.statementTimeout = .seconds(300)
        let connection = try await PostgresConnection.open(settings)
        do {
            try await connection.run { try $0.script(layout.sql()) }
        } catch {
            await connection.close()
            throw error
        }
        await connection.close()
    }
}

/// The relay's care for the boundary's days: the coming ones are there in time, and the old ones go.
public struct BoundaryDays: Sendable {
    private let link: DatabaseLink
    private let schema: String
    /// How long a day stays that is acknowledged.
    private let age: Duration

    public init(_ database: BoundaryDatabase, age: Duration) {
        (link, schema, self.age) = (DatabaseLink(database), database.schema, age)
    }

    /// - Returns: days that were dropped: `external_relay 20260105`.
    public func keep() async throws -> [String] {
        let (schema, days) = (schema, age.components.seconds / 86_400)
        return try await link.run { session in
            try session.query("SELECT \(schema).prepare_days()")
            let rows = try session.query("SELECT \(schema).drop_days($1::int)", [.integer(days)])
            return (0..<rows.count).compactMap { rows.text($0, 0) }
        }
    }
}
