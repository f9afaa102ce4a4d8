import CurlKit
import Foundation
import SluiceSDK
import SluiceTesting
import Testing

/// A thousand phone and identity numbers in requesters' fields and a thousand in descriptions go through the three zones,
/// with rejects, holds and replies on the way; then every place where they must not be is searched.
@Suite(.serialized) struct CanaryTests {
    private static let count = 1000

    @Test func noNumberLeavesThePlacesWhereItBelongs() async throws {
        let gateway = try await Gateway(relayChannels: #"{ "*": automatic, hotline-test: automatic }"#)
        try gateway.write("hotlines/hotline-test.yaml", Self.channel)
        try gateway.append("rules: [ { words: [请转人工] } ]\n", to: "relay.yaml")
        let signals = [FreePort.next(), FreePort.next()]
        try gateway.append("signals: 127.0.0.1:\(signals[0])\n", to: "relay.yaml")
        try gateway.append("signals: 127.0.0.1:\(signals[1])\n", to: "internal.yaml")
        let zones = ZonePrograms(gateway)

        // The external zone alone: what it has sent lies in the boundary.
        try await zones.start("external", port: gateway.port)
        var answers = ""
        for start in stride(from: 0, to: Self.count, by: 50) {
            let response = try await gateway.push(Canary.records(start..<(start + 50)))
            #expect(response.status == 200)
            answers += String(decoding: response.body, as: UTF8.self)
        }
        for body in [Canary.badRecord(Self.count), Canary.badRecord(Self.count + 1) + "]", "[\(Canary.record(7))"] {
            answers += String(decoding: try await gateway.push(body).body, as: UTF8.self)
        }
        #expect(Canary.found(in: answers).isEmpty, "answers to the source")
        try await eventually { try Canary.found(inFilesBelow: gateway.folder("data/boundary"), .text).count == 2000 }
        #expect(try Canary.found(inFilesBelow: gateway.folder("data/boundary"), .requester).isEmpty)

        // The relay: it holds some, and passes the others on.
        try await zones.start("relay")
        try await eventually {
            // The relay makes the folder with its first batch.
            (try? Canary.found(inFilesBelow: gateway.folder("data/boundary/relay-internal"), .text))?.count == 1980
        }
        for folder in ["boundary", "relay"] {
            #expect(try Canary.found(inFilesBelow: gateway.folder("data/" + folder), .requester).isEmpty, "\(folder)")
        }
        #expect(try Canary.found(inFilesBelow: gateway.folder("data/relay"), .text).count == 2000, "the search finds")

        // The internal zone: handlers get everything, and answer.
        try await zones.start("internal", port: gateway.apiPort)
        try await eventually { gateway.handler.requests.count == Self.count - 10 }
        let delivered = gateway.handler.requests.map(\.text).joined()
        #expect(Canary.found(in: delivered, .requester).count == 1980, "those that were not held have arrived whole")
        for number in 10..<40 { try await answer(number, gateway) }
        try await eventually { gateway.source.requests.count == 30 }
        #expect(Canary.found(in: gateway.source.requests.map { $0.target + $0.text }.joined()).isEmpty, "replies")

        for (command, output) in try await outputs(of: gateway, signals: signals) {
            #expect(Canary.found(in: output).isEmpty, "\(command)")
        }
        for zone in zones.names { #expect(Canary.found(in: try zones.log(zone)).isEmpty, "the log of \(zone)") }
        #expect(try zones.names.contains { try !zones.log($0).isEmpty }, "they have something to say")
        for folder in ["boundary", "relay"] {
            #expect(try Canary.found(inFilesBelow: gateway.folder("data/" + folder), .requester).isEmpty, "\(folder)")
        }
    }

    @Test func withoutSealingTheSameSearchFindsThem() async throws {
        let gateway = try await Gateway()
        try gateway.write("hotlines/hotline-test.yaml", Self.channel)
        try gateway.append("sealing: off\n", to: "external.yaml")
        let zones = ZonePrograms(gateway)
        try await zones.start("external", port: gateway.port)
        #expect(try await gateway.push(Canary.records(0..<50)).status == 200)
        try await eventually {
            try Canary.found(inFilesBelow: gateway.folder("data/boundary"), .requester).count == 100
        }
        #expect(try Canary.found(inFilesBelow: gateway.folder("data/boundary"), .requester).count == 100)
        let packed = Base64.encode(Array("tel=\(Canary.phone(3, .requester))".utf8))
        #expect(Canary.found(in: #"{"sealed":"\#(packed)"}"#) == [Canary.phone(3, .requester)], "also in base64")
    }

    /// Everything that a person, or a program that watches, can ask of the gateway without asking for a ticket itself.
    private func outputs(of gateway: Gateway, signals: [Int]) async throws -> [(String, String)] {
        var outputs: [(String, String)] = []
        let commands = [
            "channels list", "channels show hotline-test", "rejects list", "rejects list --format json",
            "quarantine list", "quarantine list --held --format json", "tickets search", "tickets refused",
            "tickets trace N-12", "handlers list", "replies list", "reconcile", "reconcile --format json",
            "boundary check", "store check", "plan", "check", "reload", "channels pause hotline-test --by 张敏",
            "channels resume hotline-test --by 张敏", "handlers pause centre --by 张敏", "handlers resume centre",
            "quarantine release 999999", "rejects replay 999999", "tickets show no-such-ticket",
        ]
        for command in commands {
            let result = try await gateway.sluice(command.split(separator: " ").map(String.init))
            outputs.append((command, result.output + result.errors))
        }
        #expect(outputs.filter { !$0.1.isEmpty }.count > 20, "they have something to say")
        for (port, path) in ([gateway.signalsPort] + signals).flatMap({ [($0, "metrics"), ($0, "readyz")] }) {
            let response = try await CurlClient.shared.perform(
                CurlRequest("GET", "http://127.0.0.1:\(port)/\(path)"))
            outputs.append((path, String(decoding: response.body, as: UTF8.self)))
        }
        // Alerts and what the zones keep as errors of channels, handlers and replies.
        for (zone, file, query) in [
            ("external", "external.db", "SELECT group_concat(reason) FROM reject"),
            (
                "external", "external.db",
                "SELECT group_concat(coalesce(last_error, '') || coalesce(detail, '')) FROM channel_status"
            ),
            ("relay", "quarantine.db", "SELECT group_concat(code || reason || by) FROM verdict"),
            ("internal", "internal.db", "SELECT group_concat(kind || subject || reason) FROM alert"),
            ("internal", "internal.db", "SELECT group_concat(detail) FROM timeline"),
        ] {
            outputs.append((query, try Canary.query(gateway.folder("data/\(zone)/\(file)"), query)))
        }
        return outputs
    }

    private func answer(_ number: Int, _ gateway: Gateway) async throws {
        let id = StableID.ticket(jurisdictionID: "370400", channelID: "hotline-test", externalID: "N-\(number)")
        for event in [
            #"{"event_id":"t\#(number)","type":"in_progress"}"#,
            #"{"event_id":"r\#(number)","type":"replied","public_text":"您好，已派人处理"}"#,
        ] {
            #expect(try await gateway.report(id, event).status < 300)
        }
    }

    private static let channel = """
        id: hotline-test
        name: test
        class: hotline
        level: municipal
        authority: test
        source: { type: http-push, path: /channels/test, auth: { type: api-key, header: X-Key, key: "${env:TEST_KEY}" } }
        format: { type: json, records: "$[*]" }
        ticket:
          external_id: $.no
          request_type: { const: help }
          requested_datetime: { from: $.time, date: "yyyy-MM-dd HH:mm:ss", zone: Asia/Shanghai }
          description: $.text
          requester.phone: { from: $.tel, clean: phone }
          requester.account_id: $.card
        reply:
          type: http
          url: ${env:SOURCE_URL}/orders/{external_id}
          body: { json: { text: "{reply.public_text}" } }
          on: [replied]
        """
}

/// The zones as programs of their own, each with a log that says everything.
private final class ZonePrograms {
    private let gateway: Gateway
    private var running: [ChildProcess] = []
    private(set) var names: [String] = []

    init(_ gateway: Gateway) {
        self.gateway = gateway
    }

    deinit {
        for child in running {
            child.signal(SIGKILL)
            _ = child.wait()
        }
    }

    /// - Parameter port: that it listens on; its signals are looked at where it has none.
    func start(_ zone: String, port: Int? = nil) async throws {
        names.append(zone)
        running.append(
            try Program.start(
                [
                    zone, "--config", gateway.folder("config"), "--data", gateway.folder("data"), "--log-level",
                    "trace",
                ], environment: gateway.environment, output: gateway.folder(zone + ".log")))
        guard let port else { return }
        try await eventually {
            (try? await CurlClient.shared.perform(CurlRequest("GET", "http://127.0.0.1:\(port)/"))) != nil
        }
    }

    func log(_ zone: String) throws -> String {
        try String(contentsOfFile: gateway.folder(zone + ".log"), encoding: .utf8)
    }
}
