internal import SluiceSDK
internal import Synchronization
internal import TableKit

/// A connection that is opened when it is needed and again when it broke.
final class TableLine: Sendable {
    private let address: TableAddress
    private let open = Mutex<TableConnection?>(nil)

    init(_ address: TableAddress) { self.address = address }

    /// - Throws: `PluginError`, `CancellationError`.
    func run<Value: Sendable>(_ body: @escaping @Sendable (any TableSession) throws -> Value) async throws -> Value {
        let connection = try await connection()
        do {
            return try await connection.run(body)
        } catch let error as PluginError where error.remedy == .notConnected {
            open.withLock { if $0 === connection { $0 = nil } }
            throw error
        }
    }

    private func connection() async throws -> TableConnection {
        if let connection = open.withLock({ $0 }), connection.isOpen { return connection }
        let opened = try await TableConnection.open(address)
        open.withLock { $0 = opened }
        return opened
    }
}
