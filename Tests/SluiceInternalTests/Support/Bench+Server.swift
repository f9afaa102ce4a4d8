import Logging
import SluiceConsole
import SluiceSDK
import SluiceTLS

@testable import SluiceInternal

extension Bench {
    /// A real handler API in front of this zone while `body` runs.
    func serving(
        tls: ListenerTLS? = nil, _ body: @escaping @Sendable (_ port: Int) async throws -> Void
    ) async throws {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let (ports, port) = AsyncStream<Int>.makeStream()
        let api = try HandlerAPI(address: ListenAddress("127.0.0.1:0"), tls: tls, zone: zone, logger: logger) {
            port.yield($0)
        }
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await api.run()
                return false
            }
            group.addTask {
                for await port in ports {
                    try await body(port)
                    return true
                }
                return false
            }
            defer { group.cancelAll() }
            for try await isDone in group where isDone { return }
        }
    }
}
