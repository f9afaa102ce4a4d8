internal import PostgresKit
internal import SluiceSDK

/// One connection to a database of tables. When it breaks it stays broken.
public final class TableConnection: Sendable {
    private enum Driver: Sendable {
        case postgres(PostgresConnection)
        case sqlite(SQLiteQueue)
    }

    public let address: TableAddress
    private let driver: Driver

    private init(_ address: TableAddress, _ driver: Driver) { (self.address, self.driver) = (address, driver) }

    /// - Throws: `PluginError`, `CancellationError`.
    public static func open(_ address: TableAddress) async throws -> TableConnection {
        try await explained(address) {
            switch address.place {
            case .postgres(let settings):
                let connection = try await PostgresConnection.open(settings)
                // Values have one spelling, whatever the server's or the user's settings are.
                try await connection.run { session in
                    try session.script(
                        """
                        SET TimeZone = 'UTC'; SET DateStyle = 'ISO, YMD'; SET IntervalStyle = 'iso_8601';
                        SET bytea_output = 'hex'; SET extra_float_digits = 1
                        """)
                }
                return TableConnection(address, .postgres(connection))
            case .sqlite(let path, let timeout):
                let queue = SQLiteQueue(path: path, timeout: timeout)
                try await queue.run { _ in }
                return TableConnection(address, .sqlite(queue))
            }
        }
    }

    public var isOpen: Bool {
        switch driver {
        case .postgres(let connection): connection.isOpen
        case .sqlite(let queue): queue.isOpen
        }
    }

    /// Runs `body` on the database's own thread. Cancelling the task ends the statement.
    /// - Throws: `PluginError`, `CancellationError`, what `body` throws of its own.
    public func run<Value: Sendable>(
        _ body: @escaping @Sendable (any TableSession) throws -> Value
    ) async throws -> Value {
        try await Self.explained(address) {
            switch driver {
            case .postgres(let connection):
                try await connection.run { try body(PostgresTableSession($0)) }
            case .sqlite(let queue): try await queue.run { try body($0) }
            }
        }
    }

    public func close() async {
        switch driver {
        case .postgres(let connection): await connection.close()
        case .sqlite(let queue): await queue.close()
        }
    }

    private static func explained<Value>(_ address: TableAddress, _ body: () async throws -> Value) async throws
        -> Value
    {
        do {
            return try await body()
        } catch let error as PostgresError {
            throw PluginError(TableError(error), address: address)
        } catch let error as TableError {
            throw PluginError(error, address: address)
        }
    }
}
