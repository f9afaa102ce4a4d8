public import PostgresKit

/// A PostgreSQL database that batches travel through, as one zone's role sees it.
public struct BoundaryDatabase: Sendable, CustomStringConvertible {
    public var settings: PostgresSettings
    /// Where `sluice boundary install` made the tables.
    public var schema: String
    /// How long a reader waits when nobody notifies it: a notification may be lost with its connection.
    public var poll = Duration.seconds(1)
    /// How long is waited after a failed connection, twice as long after each further one, up to `longestPause`.
    public var firstPause = Duration.milliseconds(250)
    public var longestPause = Duration.seconds(15)

    public init(_ settings: PostgresSettings, schema: String = DatabaseLayout.defaultSchema) {
        (self.settings, self.schema) = (settings, schema)
        // A batch is some megabytes at most. A server that says nothing for so long is given up, and asked anew.
        self.settings.statementTimeout = .seconds(15)
        self.settings.applicationName = "sluice boundary"
    }

    /// Every database that batches travel through, once.
    public static func distinct(_ places: [BoundaryPlaces]) -> [BoundaryDatabase] {
        var found: [String: BoundaryDatabase] = [:]
        for place in places.flatMap({ [$0.out, $0.inward] }) {
            if case .database(let database) = place { found[database.description] = database }
        }
        return found.sorted { $0.key < $1.key }.map(\.value)
    }

    public var description: String { "\(settings) schema \(schema)" }
}
