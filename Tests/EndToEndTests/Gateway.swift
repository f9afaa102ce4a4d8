import CurlKit
import Foundation
import SluiceSDK
import SluiceTesting
import Synchronization

/// `sluice run` on a configuration of its own, with a handler and a source on real sockets beside it.
final class Gateway: Sendable {
    let folder = TemporaryFolder()
    let handler: StubServer
    let source: StubServer
    let port: Int
    let apiPort: Int
    let signalsPort: Int
    private let process = Mutex<ChildProcess?>(nil)

    /// - Parameter relayChannels: the relay's own list, as YAML.
    init(
        relayChannels: String = #"{ "*": automatic }"#, release: String = "automatic", silentAfter: String = "30d",
        handler answer: @escaping @Sendable (StubServer.Request) -> StubServer.Answer = { _ in .init(200) }
    ) async throws {
        try await Self.letMidnightPass()
        handler = try StubServer(answer)
        source = try StubServer { _ in .init(200, "{}") }
        (port, apiPort, signalsPort) = (FreePort.next(), FreePort.next(), FreePort.next())
        try write("external.yaml", Self.external(port, signals: signalsPort))
        try write("relay.yaml", Self.relay(relayChannels))
        try write("internal.yaml", Self.internalZone(apiPort))
        try write("hotlines/hotline-test.yaml", Self.channel(release, silentAfter: silentAfter))
        try write("handlers/centre.yaml", Self.centre)
        _ = try await sluice(["boundary", "keys"])
    }

    deinit { kill() }

    /// Tests compare the books of one day with what they did.
    private static func letMidnightPass() async throws {
        let left = 86_400 - (Int(Date().timeIntervalSince1970) + 8 * 3600) % 86_400
        guard left < 180 else { return }
        print("the day ends in \(left) s in Asia/Shanghai: waiting for the next one")
        try await Task.sleep(for: .seconds(left + 1))
    }

    var environment: [String: String] {
        [
            "TEST_KEY": "test-key", "CENTRE_SECRET": "whsec_" + Base64.encode(Array("0123456789abcdef01234567".utf8)),
            "CENTRE_TOKEN": "centre-token", "CENTRE_URL": "http://127.0.0.1:\(handler.port)",
            "SOURCE_URL": "http://127.0.0.1:\(source.port)",
        ]
    }

    /// A command on this gateway's configuration and data.
    func sluice(_ command: [String]) async throws -> Program.Result {
        try await Program.run(
            command + ["--config", folder.path + "/config", "--data", folder.path + "/data"], environment: environment)
    }

    var processID: Int32? { process.withLock { $0?.id } }

    /// Starts it and waits until it takes requests.
    func start(adding more: [String: String] = [:]) async throws {
        let log = folder("sluice.log")
        let started = try Program.start(
            ["run", "--config", folder("config"), "--data", folder("data"), "--log-level", "warning"],
            environment: environment.merging(more) { $1 }, output: log)
        process.withLock { $0 = started }
        for _ in 0..<600 {
            if await isListening(port), await isListening(apiPort), await isListening(signalsPort) { return }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw GatewayError("the gateway did not start: " + ((try? String(contentsOfFile: log, encoding: .utf8)) ?? ""))
    }

    /// As the kernel does when memory is short: no warning, no clean-up.
    func kill() {
        guard let running = process.withLock({ $0.take() }) else { return }
        running.signal(SIGKILL)
        _ = running.wait()
    }

    /// - Returns: the exit status after SIGTERM.
    func stop() async -> Int32 {
        guard let running = process.withLock({ $0.take() }) else { return -1 }
        running.signal(SIGTERM)
        for _ in 0..<300 where running.end == nil { try? await Task.sleep(for: .milliseconds(50)) }
        running.signal(SIGKILL)
        guard case .exited(let status) = running.wait() else { return -1 }
        return status
    }

    func push(_ body: String) async throws -> CurlResponse {
        try await CurlClient.shared.perform(
            CurlRequest(
                "POST", "http://127.0.0.1:\(port)/channels/test", headers: [("X-Key", "test-key")],
                body: Array(body.utf8)))
    }

    func report(_ ticketID: String, _ event: String) async throws -> CurlResponse {
        let headers = [
            (name: "Authorization", value: "Bearer centre-token"), (name: "Content-Type", value: "application/json"),
        ]
        return try await CurlClient.shared.perform(
            CurlRequest(
                "POST", "http://127.0.0.1:\(apiPort)/v1/tickets/\(ticketID)/events", headers: headers,
                body: Array(event.utf8)))
    }

    private func isListening(_ port: Int) async -> Bool {
        do {
            _ = try await CurlClient.shared.perform(
                CurlRequest("GET", "http://127.0.0.1:\(port)/", connectTimeout: .milliseconds(500)))
            return true
        } catch {
            // A listener with TLS hangs up on this.
            return ["curl.broken", "curl.failed"].contains((error as? CurlError)?.code)
        }
    }

    func write(_ name: String, _ text: String) throws {
        let path = folder.path + "/config/" + name
        try FileManager.default.createDirectory(
            atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    }
}

struct GatewayError: Error, CustomStringConvertible {
    var description: String

    init(_ description: String) {
        self.description = description
    }
}
