import Foundation
import HTTPTypes
import Hummingbird
import ListenerKit
import Logging
import NIOCore
import SluiceSDK

/// A running zone's control socket: the one way for a command to change what the zone's process writes.
///
/// The socket is 0600 in a 0700 folder, so the owner of the zone's files is who may call.
struct ControlServer: Sendable {
    typealias Action = @Sendable (JSONElement) async throws -> [UInt8]

    let path: String
    /// By name; each takes a JSON object and answers with one.
    let actions: [String: Action]
    let logger: Logger

    /// Longest path that a Unix socket's address can hold.
    private static let longestPath = 107

    /// An edited message of the largest usual size, in Base64.
    private static let largestBody = 16 << 20

    func run() async throws {
        guard path.utf8.count <= Self.longestPath else {
            throw CommandFailure(
                "[control.path] \(path) is longer than \(Self.longestPath) bytes; choose a shorter --data folder")
        }
        // The zone's lock is held: a socket that lies here belongs to a process that has died.
        unlink(path)
        var quiet = logger
        // It calls our own stopping an error.
        quiet.logLevel = .critical
        let (path, router) = (path, router())
        let application = Application(
            router: router, configuration: .init(address: .unixDomainSocket(path: path)),
            onServerRunning: { _ in _ = chmod(path, 0o600) }, logger: quiet)
        try await GentleServer.run(application, logger: quiet)
    }

    private func router() -> Router<BasicRequestContext> {
        let router = Router()
        for (name, action) in actions {
            router.post("/\(name)") { request, _ in
                let body = Array(try await request.body.collect(upTo: Self.largestBody).readableBytesView)
                return await Self.answer(body, by: action)
            }
        }
        return router
    }

    private static func answer(_ body: [UInt8], by action: Action) async -> Response {
        do {
            return response(.ok, try await action(try JSONDocument.parse(body).root))
        } catch {
            var writer = JSONWriter()
            writer.beginObject()
            writer.field("error", "\(error)")
            writer.endObject()
            return response(.badRequest, writer.bytes)
        }
    }

    private static func response(_ status: HTTPResponse.Status, _ body: [UInt8]) -> Response {
        Response(
            status: status, headers: [.contentType: "application/json"],
            body: .init(byteBuffer: ByteBuffer(bytes: body)))
    }
}
