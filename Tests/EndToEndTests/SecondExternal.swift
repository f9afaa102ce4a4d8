import CurlKit
import Foundation
import SluiceTesting
import Synchronization

/// A second `sluice external` beside a gateway's first: a process with a configuration, a data folder, a key and a
/// channel of its own.
final class SecondExternal: Sendable {
    static let name = "external-2"

    private let gateway: Gateway
    let port = FreePort.next()
    private let process = Mutex<ChildProcess?>(nil)

    /// Makes its key, and hands the public ones over as an operator does.
    init(_ gateway: Gateway, boundary: String) async throws {
        self.gateway = gateway
        try write(producer: Self.name, boundary: boundary)
        try writeChannel("web-second", path: "/channels/second")
        let made = try await sluice(["boundary", "keys"])
        guard made.status == 0 else { throw GatewayError("\(made)") }
        let data = { (path: String) in gateway.folder("data/" + path) }
        for file in ["relay.pub", "internal.pub"] {
            let zone = String(file.dropLast(4))
            try copy(data("\(zone)/keys/\(file)"), data("external-2/keys/\(file)"))
        }
        try copy(data("internal/keys/sealing.crt"), data("external-2/keys/sealing.crt"))
        for zone in ["relay", "internal"] {
            try copy(data("external-2/keys/external.pub"), data("\(zone)/keys/external-2.pub"))
        }
    }

    deinit { kill() }

    /// - Parameter producer: whom it claims to be.
    func write(producer: String, boundary: String) throws {
        try gateway.write(
            "../second/external.yaml",
            """
            jurisdiction: "370400"
            producer: \(producer)
            data: data/external-2
            listen: 127.0.0.1:\(port)
            boundary: \(boundary)
            """)
    }

    func writeChannel(_ id: String, path: String) throws {
        let channel = Gateway.channel("automatic").replacing("id: hotline-test", with: "id: \(id)")
            .replacing("class: hotline", with: id.hasPrefix("web") ? "class: web" : "class: hotline")
            .replacing("/channels/test", with: path)
        try gateway.write("../second/\(id.hasPrefix("web") ? "web" : "hotlines")/\(id).yaml", channel)
    }

    func sluice(_ command: [String]) async throws -> Program.Result {
        try await Program.run(
            command + ["--config", gateway.folder("second"), "--data", gateway.folder("data")],
            environment: gateway.environment)
    }

    func start() throws {
        let started = try Program.start(
            [
                "external", "--config", gateway.folder("second"), "--data", gateway.folder("data"), "--log-level",
                "warning",
            ], environment: gateway.environment, output: gateway.folder("second.log"))
        process.withLock { $0 = started }
    }

    func kill() {
        guard let running = process.withLock({ $0.take() }) else { return }
        running.signal(SIGKILL)
        _ = running.wait()
    }

    var log: String { (try? String(contentsOfFile: gateway.folder("second.log"), encoding: .utf8)) ?? "" }

    /// Until it is acknowledged.
    func push(_ body: String, to path: String = "/channels/second") async throws {
        let request = CurlRequest(
            "POST", "http://127.0.0.1:\(port)\(path)", headers: [("X-Key", "test-key")], body: Array(body.utf8))
        try await eventually { (try? await CurlClient.shared.perform(request))?.status == 200 }
    }

    private func copy(_ from: String, _ to: String) throws { try writeFile(readFile(from), to) }
}
