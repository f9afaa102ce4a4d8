import Foundation
import HTTPTypes
import Hummingbird
import ListenerKit
import Logging
import NIOCore

/// A real server on a port of its own, for as long as `body` runs.
enum TestServer {
    static func run<Value: Sendable>(
        address: BindAddress = .hostname("127.0.0.1", port: 0), _ body: @escaping @Sendable (Int) async throws -> Value
    ) async throws -> Value {
        let (ports, port) = AsyncStream<Int>.makeStream()
        let app = Application(
            router: routes(), configuration: .init(address: address),
            onServerRunning: { port.yield($0.localAddress?.port ?? 0) }, logger: quiet)
        return try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask {
                try await GentleServer.run(app, grace: .milliseconds(100), logger: quiet)
                return nil
            }
            group.addTask {
                for await port in ports { return try await body(port) }
                return nil
            }
            defer { group.cancelAll() }
            for try await value in group { if let value { return value } }
            throw ServerEnded()
        }
    }

    struct ServerEnded: Error {}

    private static var quiet: Logger {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return logger
    }

    private static func routes() -> Router<BasicRequestContext> {
        let router = Router()
        router.get("hello") { _, _ in "hello" }
        router.get("status/:code") { _, context in
            Response(status: .init(code: try context.parameters.require("code", as: Int.self)))
        }
        router.get("moved") { _, _ in Response(status: .found, headers: [.location: "/hello"]) }
        router.post("echo") { request, _ in
            let body = try await request.body.collect(upTo: 1 << 20)
            var headers = HTTPFields()
            for name in ["x-one", "content-type", "expect", "user-agent"] {
                let field = HTTPField.Name(name)!
                headers[HTTPField.Name("seen-" + name)!] = request.headers[field] ?? "none"
            }
            return Response(status: .ok, headers: headers, body: .init(byteBuffer: body))
        }
        router.get("big") { _, _ in
            Response(status: .ok, body: .init(byteBuffer: ByteBuffer(repeating: 0x61, count: 3 << 20)))
        }
        router.get("slow") { _, _ in
            try await Task.sleep(for: .seconds(60))
            return "late"
        }
        return router
    }
}
