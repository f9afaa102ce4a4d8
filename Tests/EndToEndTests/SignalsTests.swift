import CurlKit
import Foundation
import SluiceSDK
import SluiceTesting
import Testing

/// `/metrics`, `/healthz`, `/readyz` of the running program.
@Suite(.serialized) struct SignalsTests {
    private func get(_ gateway: Gateway, _ path: String) async throws -> CurlResponse {
        try await CurlClient.shared.perform(CurlRequest("GET", "http://127.0.0.1:\(gateway.signalsPort)\(path)"))
    }

    @Test func metricsCountWhatHappenedAndEveryNameIsDocumented() async throws {
        let gateway = try await Gateway()
        try await gateway.start()
        _ = try await gateway.push("[\(Gateway.record(1)),\(Gateway.record(2)),{}]")
        var text = ""
        try await eventually {
            text = try await get(gateway, "/metrics").text
            // Two tickets, and the notice of the reject.
            return text.contains(#"sluice_deliveries_total{handler="centre"} 2"#)
                && text.contains(#"sluice_items{channel="hotline-test",decision="released"} 3"#)
        }
        #expect(text.contains(#"sluice_records_total{channel="hotline-test",outcome="new"} 2"#))
        #expect(text.contains(#"sluice_records_total{channel="hotline-test",outcome="rejected"} 1"#))
        #expect(text.contains(#"sluice_stream_stopped{stream="external-relay"} 0"#))
        #expect(!text.contains("19900001234"))

        let page = try String(
            contentsOfFile: URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .deletingLastPathComponent().path + "/docs/metrics.md", encoding: .utf8)
        let names = Set(
            text.split(separator: "\n").filter { $0.hasPrefix("# TYPE") }.compactMap {
                $0.split(separator: " ").dropFirst(2).first
            })
        #expect(names.count > 10)
        for name in names { #expect(page.contains("`\(name)`"), "\(name) is not documented") }
    }

    @Test func readinessFailsWhenAStreamStandsStillAndHealsWhenItIsResumed() async throws {
        let gateway = try await Gateway()
        try await gateway.start()
        #expect(try await get(gateway, "/healthz").status == 200)
        #expect(try await get(gateway, "/readyz").status == 200)

        _ = try await gateway.push("[\(Gateway.record(1))]")
        try await eventually { gateway.handler.requests.count == 1 }
        // Segments from nowhere: whichever number comes next, the relay refuses it and its stream stops.
        _ = await gateway.stop()
        let folder = gateway.folder("data/boundary/external-relay")
        let forged = (1...40).map { "\(folder)/0001-\(String(String(1_000_000_000_000 + $0).dropFirst())).seg" }
            .filter { !FileManager.default.fileExists(atPath: $0) }
        for path in forged { try Data("{}\n".utf8).write(to: URL(fileURLWithPath: path)) }
        try await gateway.start()
        try await eventually { try await get(gateway, "/readyz").status == 503 }
        #expect(try await get(gateway, "/readyz").text.contains("external-relay"))
        #expect(try await get(gateway, "/healthz").status == 200)
        let check = try await gateway.sluice(["boundary", "check"])
        #expect(check.status == 1)
        #expect(check.output.contains("external-relay stands still"))

        for path in forged { try? FileManager.default.removeItem(atPath: path) }
        #expect(try await gateway.sluice(["boundary", "resume", "external-relay"]).status == 0)
        try await eventually { try await get(gateway, "/readyz").status == 200 }
        #expect(try await gateway.push("[\(Gateway.record(9))]").status == 200)
        try await eventually { gateway.handler.requests.count == 2 }
    }

    @Test func aChannelThatIsSilentAgainstItsHabitIsAnAlert() async throws {
        let gateway = try await Gateway()
        try await gateway.start()
        let log = gateway.folder("sluice.log")
        // The habit is that of the version in force.
        try Data(Gateway.channel("automatic", silentAfter: "1s").utf8).write(
            to: URL(fileURLWithPath: gateway.folder("config/hotlines/hotline-test.yaml")))
        #expect(try await gateway.sluice(["reload"]).status == 0)
        try await eventually {
            (try? String(contentsOfFile: log, encoding: .utf8))?.contains("kind=channel.silent") == true
        }
    }
}
