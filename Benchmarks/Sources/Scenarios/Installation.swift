import Foundation
import SluiceSDK
import SluiceTesting

/// A configuration in a folder of its own, and the three zones running on it, each a process.
final class Installation {
    static let key = "bench-key"
    let folder: String
    let ports = Ports()
    private(set) var zones: [(name: String, process: ChildProcess)] = []
    private let binary: String
    private let sinkPort: Int
    private let pinned: Int?

    /// - Parameters:
    ///   - channels: id → what its file says below its head.
    ///   - pinned: the core of the external zone; nil: any.
    init(binary: String, folder: String, sinkPort: Int, channels: [(id: String, text: String)], pinned: Int? = nil)
        throws
    {
        self.binary = binary
        self.folder = folder
        self.sinkPort = sinkPort
        self.pinned = pinned
        try configure(channels)
        let keys = try launch(["boundary", "keys"])
        guard keys.wait() == .exited(0) else { throw InstallationError("sluice boundary keys failed: \(log())") }
    }

    /// Where upstreams push.
    var port: Int { ports.push }

    /// Returns when they are ready.
    /// - Parameter names: of zones; all three when left out.
    func start(_ names: [String] = ["internal", "relay", "external"]) throws {
        for zone in names {
            zones.append((zone, try launch([zone], pinned: zone == "external" ? pinned : nil)))
        }
        try waitUntilReady(names)
    }

    /// Blocks until the zones that run have had nothing to do for a second.
    /// - Parameter seconds: it goes on after so many, whatever they do.
    /// - Returns: when they were last at work.
    @discardableResult
    func waitForRest(atMost seconds: Int = 600) -> UInt64 {
        let begin = now()
        var (busy, idle) = (begin, 0)
        var spent = meters().reduce(0) { $0 + $1.cpuSeconds }
        while idle < 10, now() - begin < UInt64(seconds) * 1_000_000_000 {
            usleep(100_000)
            let next = meters().reduce(0) { $0 + $1.cpuSeconds }
            // A quarter of a core: timers and looks into empty folders stay below, an eighth on a slow machine.
            let isBusy = next - spent >= 0.025
            idle = isBusy ? 0 : idle + 1
            if isBusy { busy = now() }
            spent = next
        }
        return busy
    }

    /// Asks the zones to end, and makes them after a minute.
    /// - Returns: sentences about those that had ended before, or ended otherwise than they should.
    @discardableResult
    func stop() -> [String] {
        var endings = zones.compactMap { zone in zone.process.end.map { "the \(zone.name) zone was gone: \($0)" } }
        let asked = zones.filter { $0.process.end == nil }
        for zone in asked { zone.process.signal(SIGTERM) }
        let patience = Patience()
        while asked.contains(where: { $0.process.end == nil }), (try? patience.check("")) != nil { usleep(5_000) }
        for zone in asked {
            zone.process.signal(SIGKILL)
            let end = zone.process.wait()
            if end != .exited(0) { endings.append("the \(zone.name) zone, asked to end, ended otherwise: \(end)") }
        }
        zones = []
        return endings
    }

    func meters() -> [Meter] { zones.map { Meter(process: $0.process.id) } }

    /// Seconds that the external zone has worked.
    var externalCPU: Double {
        zones.first { $0.name == "external" }.map { Meter(process: $0.process.id).cpuSeconds } ?? 0
    }

    /// Bytes in files below `data` that `isCounted` by their names.
    func bytes(where isCounted: (String) -> Bool) -> Int {
        Self.bytes(below: folder + "/data", where: isCounted)
    }

    static func bytes(below data: String, where isCounted: (String) -> Bool = { _ in true }) -> Int {
        guard let files = FileManager.default.enumerator(atPath: data) else { return 0 }
        return files.reduce(0) { sum, file in
            guard let name = file as? String, isCounted(name) else { return sum }
            let attributes = try? FileManager.default.attributesOfItem(atPath: "\(data)/\(name)")
            let isFile = (attributes?[.type] as? FileAttributeType) == .typeRegular
            return sum + (isFile ? attributes?[.size] as? Int ?? 0 : 0)
        }
    }

    func log() -> String { (try? String(contentsOfFile: folder + "/log", encoding: .utf8)) ?? "" }

    private func launch(_ command: [String], pinned: Int? = nil) throws -> ChildProcess {
        let words = command + ["--config", folder + "/config", "--data", folder + "/data"]
        let secret = "whsec_" + Base64.encode(Array("0123456789abcdef01234567".utf8))
        let environment = ProcessInfo.processInfo.environment.merging(
            ["BENCH_KEY": Self.key, "SINK_SECRET": secret, "SINK_TOKEN": "bench-token"]
        ) { $1 }
        let (program, arguments) =
            pinned.map { ("/usr/bin/taskset", ["--cpu-list", "\($0)", absolute(binary)] + words) } ?? (binary, words)
        return try ChildProcess(program, arguments, environment: environment, output: folder + "/log")
    }

    private func absolute(_ path: String) -> String { URL(fileURLWithPath: path).path }

    private func configure(_ channels: [(id: String, text: String)]) throws {
        try write("external.yaml", zone("external", inbound: "relay-external", out: "external-relay", ports.push))
        try write("internal.yaml", zone("internal", inbound: "relay-internal", out: "internal-relay", ports.handlers))
        try write("relay.yaml", Self.relay + "\n" + signals("relay"))
        for channel in channels {
            try write("hotlines/\(channel.id).yaml", ChannelText.head(channel.id) + "\n" + channel.text)
        }
        try write("handlers/sink.yaml", Self.handler(sinkPort))
    }

    private func write(_ name: String, _ text: String) throws {
        let path = folder + "/config/" + name
        let parent = (path as NSString).deletingLastPathComponent
        try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
        try text.write(toFile: path, atomically: true, encoding: .utf8)
    }

    private func zone(_ name: String, inbound: String, out: String, _ port: Int) -> String {
        """
        jurisdiction: "370400"
        time_zone: Asia/Shanghai
        data: data/\(name)
        secrets: secrets
        listen: 127.0.0.1:\(port)
        boundary: { type: segments, out: data/boundary/\(out), in: data/boundary/\(inbound) }
        \(signals(name))
        """
    }

    private func signals(_ zone: String) -> String { "signals: 127.0.0.1:\(ports.signals[zone] ?? 0)\n" }

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
}

struct InstallationError: Error, CustomStringConvertible {
    var description: String

    init(_ description: String) { self.description = description }
}
