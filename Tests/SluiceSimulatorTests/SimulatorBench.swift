import CurlKit
import ExchangeTableSender
import ExecSender
import Foundation
import HTTPPollTransport
import HTTPSender
import JSONFormat
import SluiceConfig
import SluiceSDK
import SluiceTesting
import Synchronization

@testable import SluiceSimulator

/// One channel, simulated on a port of its own, with a clock that stands.
final class SimulatorBench: Sendable {
    let start = Timestamp(seconds: 1_767_576_600)
    private let folder = TemporaryFolder()
    private let base = Mutex("")
    private let serving = Mutex<Task<Void, any Error>?>(nil)

    deinit { serving.withLock { $0?.cancel() } }

    /// - Parameters:
    ///   - source: YAML, in which URL stands for the simulator's address.
    ///   - reply: YAML too.
    func serve(source: String, records: String, reply: String = "type: none") async throws -> Simulator {
        let start = start
        let server = SimulatorServer(clock: { start })
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        serving.withLock {
            $0 = Task {
                try await server.run { number in
                    port.yield(number)
                    port.finish()
                }
            }
        }
        let number = try await Self.first(of: ports)
        let url = "http://127.0.0.1:\(number)"
        base.withLock { $0 = url }
        try write("samples/phrases.yaml", Self.phrases)
        try write("rules/towns.yaml", "中心街街道: \"370402001\"\n")
        try write("rules/divisions.yaml", "市中区: \"370402\"\n\"370402\": \"370402\"\n")
        try write("samples/hotline-test/upstream.yaml", Self.upstream)
        try write("external.yaml", Self.zone)
        try write("programs/keep.sh", "#!/bin/sh\n")
        let channel = Self.channel(source, records, reply)
        try write(
            "hotlines/hotline-test.yaml", channel.replacing("URL", with: url).replacing("FOLDER", with: folder.path))
        let configuration = ConfigFolder.load(
            folder.path,
            specs: PluginSpecs(
                transports: [HTTPPollTransport.spec], formats: [JSONFormat.spec],
                replySenders: [HTTPReplySender.spec, ExchangeTableReplySender.spec, ExecReplySender.spec]),
            environment: ["RIGHT": "right"], zones: [.external])
        guard let channel = configuration.goodChannels.first else {
            throw SimulatorError("simulator.test", "\(configuration.errors)")
        }
        let simulator = try Simulator(
            [channel], configuration: configuration, options: .init(seed: 1, rate: 1), clock: { start })
        simulator.attach(to: server)
        return simulator
    }

    func get(_ path: String, token: String) async throws -> CurlResponse {
        try await call("GET", path, headers: [("Authorization", "Bearer \(token)")])
    }

    func call(_ method: String, _ path: String, headers: [(name: String, value: String)]) async throws -> CurlResponse {
        let url = base.withLock { $0 } + path
        return try await CurlClient.shared.perform(CurlRequest(method, url, headers: headers))
    }

    func path(_ name: String) -> String { folder(name) }

    func write(_ name: String, _ text: String) throws {
        let path = folder(name)
        try FileManager.default.createDirectory(
            atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    }

    private static func first(of stream: AsyncStream<Int>) async throws -> Int {
        for await value in stream { return value }
        throw SimulatorError("simulator.server", "the server did not start")
    }

    private static func channel(_ source: String, _ records: String, _ reply: String) -> String {
        """
        id: hotline-test
        name: test
        class: hotline
        level: municipal
        authority: test
        format: { type: json, records: "\(records)" }
        ticket:
          external_id: $.no
          request_type: { const: help }
          description: $.text
          requested_datetime: { from: $.time, date: epoch-s }
        source:
        \(indented(source))
        reply:
        \(indented(reply))
        """
    }

    private static func indented(_ text: String) -> String {
        text.split(separator: "\n").map { "  " + $0 }.joined(separator: "\n")
    }

    private static let zone = """
        jurisdiction: "370400"
        data: data/external
        listen: 127.0.0.1:8080
        boundary: { type: segments, out: out, in: in }
        programs: [programs/keep.sh]
        """

    private static let phrases = """
        city:
          - { kind: 求助, category: 城市管理/市政设施/路灯, title: 路灯不亮, text: "{place}的路灯已有{days}天不亮。" }
        """

    private static let upstream = """
        topics: [city]
        number: "T{sequence}"
        record: { no: "{number}", time: "{time_s|number}", text: "{text}" }
        """
}
