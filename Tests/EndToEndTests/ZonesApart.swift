import Foundation
import CurlKit
import SluiceTesting
import Synchronization

/// The three zones of a gateway as processes of their own.
final class ZonesApart: Sendable {
    static let names = ["external", "relay", "internal"]

    private let gateway: Gateway
    private let running = Mutex<[String: ChildProcess]>([:])

    init(_ gateway: Gateway) { self.gateway = gateway }

    deinit { for zone in Self.names { kill(zone) } }

    /// - Parameter failpoint: where it ends by itself, as by kill -9.
    func start(_ zone: String, failpoint: String? = nil) throws {
        let process = try Program.start(
            [
                zone, "--config", gateway.folder("config"), "--data", gateway.folder("data"), "--log-level", "warning",
            ], environment: gateway.environment.merging(failpoint.map { ["SLUICE_FAILPOINT": $0] } ?? [:]) { $1 },
            output: gateway.folder("\(zone).log"))
        running.withLock { $0[zone] = process }
    }

    func startAll() async throws {
        for zone in Self.names { try start(zone) }
        try await eventually { (try? await gateway.push("[]"))?.status != nil }
    }

    func kill(_ zone: String) {
        guard let process = running.withLock({ $0.removeValue(forKey: zone) }) else { return }
        process.signal(SIGKILL)
        _ = process.wait()
    }

    func hasEnded(_ zone: String) -> Bool { running.withLock { $0[zone]?.end != nil } }

    func log(_ zone: String) -> String {
        (try? String(contentsOfFile: gateway.folder("\(zone).log"), encoding: .utf8)) ?? ""
    }
}
