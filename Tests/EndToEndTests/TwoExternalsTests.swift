import CurlKit
import Foundation
import SluiceSDK
import SluiceTesting
import Testing

/// Two `sluice external` processes feed one relay at the same time.
@Suite(.serialized) struct TwoExternalsTests {
    enum Way: String, CaseIterable, CustomTestStringConvertible {
        case segments, postgres
        var testDescription: String { rawValue }
    }

    @Test(arguments: Way.allCases)
    func ticketsOfBothArriveOnceThoughBothAreKilledAndNeitherSpeaksForTheOther(way: Way) async throws {
        let server = way == .postgres ? try await PostgresServer() : nil
        let (gateway, second) = try await Self.gateway(server)
        try second.writeChannel("hotline-test", path: "/channels/stolen")
        let zones = ZonesApart(gateway)
        try second.start()
        try await zones.startAll()

        async let first: Void = Self.storm(1...80) { round, body in
            try await eventually { (try? await gateway.push(body))?.status == 200 }
            if round == 4 {
                zones.kill("external")
                try zones.start("external")
            }
        }
        async let other: Void = Self.storm(101...180) { round, body in
            try await second.push(body)
            if round % 4 == 2 {
                second.kill()
                try second.start()
            }
        }
        _ = try await (first, other)
        let expected = Set(((1...80).map { $0 } + (101...180).map { $0 }).map { "N-\($0)" })
        try await eventually(tries: 900) { Set(gateway.opened.keys) == expected }
        #expect(gateway.opened.values.allSatisfy { $0.count == 1 })
        try await eventually(tries: 600) { try await gateway.sluice(["reconcile", "--inside"]).status == 0 }
        #expect(try await gateway.sluice(["boundary", "check"]).status == 0)

        // A reply goes to the process whose channel it is: its own source asks for it.
        let ticket = try #require(gateway.opened["N-101"]?.first).prefix { $0 != " " }
        for event in [
            #"{"event_id":"1","type":"in_progress"}"#, #"{"event_id":"2","type":"replied","public_text":"已处理"}"#,
        ] {
            #expect(try await gateway.report(String(ticket), event).status < 300)
        }
        try await eventually(tries: 600) { gateway.source.requests.map(\.target) == ["/orders/N-101"] }

        // A channel of the first's, served by the second.
        try await second.push(Gateway.records(901...901), to: "/channels/stolen")
        try await eventually(tries: 600) {
            try await gateway.sluice(["quarantine", "list"]).output.contains("channel.producer")
        }

        try await impersonate(gateway, second, server)
        #expect(gateway.opened["N-901"] == nil && gateway.opened["N-902"] == nil)
    }

    /// The second one calls itself `external`, with its own key and where its own batches go.
    private func impersonate(_ gateway: Gateway, _ second: SecondExternal, _ server: PostgresServer?) async throws {
        second.kill()
        try second.write(producer: "external", boundary: Self.boundary(of: SecondExternal.name, server))
        try second.start()
        try await second.push(Gateway.records(902...902))
        if server == nil {
            try await eventually(tries: 600) {
                let check = try await gateway.sluice(["boundary", "check"])
                return check.status == 1 && check.output.contains("[boundary.wrong-stream] external-2-relay")
                    && !check.output.contains("] external-relay")
            }
        } else {
            try await eventually(tries: 600) { second.log.contains("permission denied") }
            #expect(try await gateway.sluice(["boundary", "check"]).status == 0)
        }
        // The first goes on.
        #expect(try await gateway.push(Gateway.records(81...81)).status == 200)
        try await eventually(tries: 600) { gateway.opened["N-81"] != nil }
    }

    @Test func theSecondOnesBatchesTravelOnADiskToo() async throws {
        let (gateway, second) = try await Self.gateway(nil)
        try second.write(
            producer: SecondExternal.name,
            boundary: "{ type: segments, out: data/boundary/far-out, in: data/boundary/far-in }")
        let zones = ZonesApart(gateway)
        try second.start()
        try await zones.startAll()
        try await second.push(Gateway.records(1...5))
        let disk = gateway.folder("disk")
        try makeFolder(disk)
        var outcome = try await second.sluice(["boundary", "export", disk])
        try await eventually(tries: 600) {
            outcome = try await second.sluice(["boundary", "export", disk])
            _ = try await gateway.sluice(["boundary", "import", disk, "--stream", "external-2-relay"])
            return gateway.opened.count == 5
        }
        #expect(outcome.status == 0 && outcome.output.contains("external-2-relay"), "\(outcome)")

        // The way back, by which it hears what was taken: then its batches leave its folder and the disk.
        let (first, farOut) = ("0001-000000000001.seg", gateway.folder("data/boundary/far-out"))
        #expect(names(in: disk + "/external-2-relay").contains(first))
        try await eventually(tries: 600) {
            let back = try await gateway.sluice(["boundary", "export", disk, "--stream", "relay-external-2"])
            let brought = try await second.sluice(["boundary", "import", disk])
            #expect(back.status == 0 && brought.status == 0, "\(back) \(brought)")
            return !names(in: farOut).contains(first)
        }
        let again = try await second.sluice(["boundary", "export", disk])
        #expect(again.status == 0 && !names(in: disk + "/external-2-relay").contains(first), "\(again)")
    }

    // MARK: Steps

    private static func storm(
        _ numbers: ClosedRange<Int>, push: (_ round: Int, _ body: String) async throws -> Void
    ) async throws {
        for (round, start) in stride(from: numbers.lowerBound, through: numbers.upperBound, by: 8).enumerated() {
            try await push(round, Gateway.records(start..<(start + 8)))
        }
    }

    /// Of each zone that has one; the relay's with the second external process under that one's name.
    private static func boundary(of zone: String, _ server: PostgresServer?) -> String {
        guard let server else {
            return "{ type: segments, out: data/boundary/\(zone)-relay, in: data/boundary/relay-\(zone) }"
        }
        let socket = server.socketFolder.replacing("/", with: "%2F")
        return "{ type: postgres, url: \"postgres://\(socket):\(server.port)/postgres\", "
            + "role: sluice_\(zone.replacing("-", with: "_")) }"
    }

    private static func gateway(_ server: PostgresServer?) async throws -> (Gateway, SecondExternal) {
        let gateway = try await Gateway()
        let second = try await SecondExternal(gateway, boundary: boundary(of: SecondExternal.name, server))
        func replace(_ file: String, _ pairs: [(String, String)]) throws {
            var text = try String(contentsOfFile: gateway.folder("config/" + file), encoding: .utf8)
            for (old, new) in pairs {
                try #require(text.contains(old))
                text = text.replacingOccurrences(of: old, with: new)
            }
            try gateway.write(file, text)
        }
        let toSecond =
            server == nil
            ? "{ type: segments, out: data/boundary/relay-external-2, in: data/boundary/external-2-relay }"
            : boundary(of: "relay", server)
        let producers = "\nproducers:\n  external-2: { channels: [web-second], boundary: \(toSecond) }\n"
        if server != nil {
            try replace("external.yaml", [(boundary(of: "external", nil), boundary(of: "external", server))])
            try replace(
                "relay.yaml",
                [
                    (
                        "{ type: segments, out: data/boundary/relay-external, in: data/boundary/external-relay }",
                        boundary(of: "relay", server)
                    )
                ])
        }
        try gateway.write(
            "relay.yaml", String(contentsOfFile: gateway.folder("config/relay.yaml"), encoding: .utf8) + producers)
        try gateway.write(
            "internal.yaml",
            String(contentsOfFile: gateway.folder("config/internal.yaml"), encoding: .utf8)
                + "\nproducers: { external-2: keys/external-2.pub }\n")
        if server != nil {
            let installed = try await gateway.sluice(["boundary", "install"])
            try #require(installed.status == 0, "\(installed)")
        }
        return (gateway, second)
    }
}
