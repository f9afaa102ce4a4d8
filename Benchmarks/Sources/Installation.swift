import Foundation
import SluiceSDK
import SluiceTesting

/// A configuration in a folder of its own, and the three zones running on it, each a process.
final class Installation {
    static let key = "bench-key"
    let folder: String
    let port: Int
    private(set) var zones: [(name: String, process: ChildProcess)] = []
    private let binary: String
    private let sinkPort: Int

    init(binary: String, folder: String, sinkPort: Int) throws {
        self.binary = binary
        self.folder = folder
        self.sinkPort = sinkPort
        port = Int.random(in: 15_000..<22_000)
        try configure()
        let keys = try start(["boundary", "keys"])
        guard keys.wait() == .exited(0) else { throw InstallationError("sluice boundary keys failed: \(log())") }
    }

    func start() throws {
        for zone in ["internal", "relay", "external"] { zones.append((zone, try start([zone]))) }
        for _ in 0..<600 {
            if let socket = try? Socket.connect(port: port) {
                socket.shut()
                return
            }
            for zone in zones where zone.process.end != nil { throw InstallationError("\(zone.name): \(log())") }
            usleep(50_000)
        }
        throw InstallationError("the zones did not start: \(log())")
    }

    func stop() {
        for zone in zones { zone.process.signal(SIGTERM) }
        for zone in zones { _ = zone.process.wait() }
        zones = []
    }

    private func log() -> String { (try? String(contentsOfFile: folder + "/log", encoding: .utf8)) ?? "" }

    private func start(_ command: [String]) throws -> ChildProcess {
        let words = command + ["--config", folder + "/config", "--data", folder + "/data"]
        let secret = "whsec_" + Base64.encode(Array("0123456789abcdef01234567".utf8))
        let environment = ProcessInfo.processInfo.environment.merging(
            ["BENCH_KEY": Self.key, "SINK_SECRET": secret, "SINK_TOKEN": "bench-token"]
        ) { $1 }
        return try ChildProcess(binary, words, environment: environment, output: folder + "/log")
    }

    private func configure() throws {
        try write("external.yaml", Self.zone("external", inbound: "relay-external", out: "external-relay", port))
        try write("internal.yaml", Self.zone("internal", inbound: "relay-internal", out: "internal-relay", port + 1))
        try write("relay.yaml", Self.relay)
        try write("hotlines/bench.yaml", Self.channel)
        try write("handlers/sink.yaml", Self.handler(sinkPort))
    }

    private func write(_ name: String, _ text: String) throws {
        let path = folder + "/config/" + name
        let parent = (path as NSString).deletingLastPathComponent
        try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
        try text.write(toFile: path, atomically: true, encoding: .utf8)
    }

    private static func zone(_ name: String, inbound: String, out: String, _ port: Int) -> String {
        """
        jurisdiction: "370400"
        time_zone: Asia/Shanghai
        data: data/\(name)
        secrets: secrets
        listen: 127.0.0.1:\(port)
        boundary: { type: segments, out: data/boundary/\(out), in: data/boundary/\(inbound) }
        """
    }

    private static let relay = """
        time_zone: Asia/Shanghai
        data: data/relay
        channels: { "*": automatic }
        boundary:
          external: { type: segments, out: data/boundary/relay-external, in: data/boundary/external-relay }
          internal: { type: segments, out: data/boundary/relay-internal, in: data/boundary/internal-relay }
        """

    private static func handler(_ port: Int) -> String {
        """
        id: sink
        name: sink
        role: owner
        fallback: true
        deliver:
          type: webhook
          url: http://127.0.0.1:\(port)/
          secret: ${env:SINK_SECRET}
          batch: { size: 200, wait: 50ms }
        token: ${env:SINK_TOKEN}
        """
    }

    /// A mapping with something of everything, so that it is no flattery.
    private static let channel = """
        id: bench
        name: bench
        class: hotline
        level: municipal
        authority: bench
        source: { type: http-push, path: /channels/bench, auth: { type: api-key, header: X-Key, key: "${env:BENCH_KEY}" } }
        format: { type: ndjson }
        ticket:
          external_id: $.no
          requested_datetime: { from: $.created, date: "yyyy-MM-dd HH:mm:ss", zone: Asia/Shanghai }
          updated_datetime: { from: $.updated, date: "yyyy-MM-dd HH:mm:ss", zone: Asia/Shanghai }
          request_type:
            from: $.kind
            lookup: { "01": consultation, "02": help, "03": complaint, "04": report, "05": suggestion, "06": praise }
          title: $.subject
          description: { from: $.content, clean: text }
          category_path: { split: $.typePath, by: "/" }
          urgency: { from: $.urgent, lookup: { "0": normal, "1": urgent }, default: normal }
          requester.subject_type: { from: $.caller.kind, lookup: { P: citizen, E: market_entity }, default: unknown }
          requester.name: $.caller.name
          requester.phone: { from: $.caller.tel, clean: phone }
          location.division_code: { from: $.areaCode, match: "^(\\\\d{6})" }
          location.address: { join: [$.city, $.street], with: "" }
          attributes: { each: "$.ext[*]", code: $.code, value: $.key }
        reply: { type: none }
        """
}

struct InstallationError: Error, CustomStringConvertible {
    var description: String

    init(_ description: String) { self.description = description }
}
