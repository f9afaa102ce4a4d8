internal import TableKit

extension TableConnection {
    /// Opens a connection for one piece of work, and closes it however that ends.
    /// - Throws: `PluginError`, `CancellationError`, what `body` throws of its own.
    static func once<Value: Sendable>(
        _ address: TableAddress, _ body: @escaping @Sendable (any TableSession) throws -> Value
    ) async throws -> Value {
        let connection = try await open(address)
        do {
            let value = try await connection.run(body)
            await connection.close()
            return value
        } catch {
            await connection.close()
            throw error
        }
    }
}
