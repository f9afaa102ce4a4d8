import CurlKit
import Foundation
import SluiceSDK
import SluiceTesting
import Testing

/// The built program between a real upstream, handler and source.
@Suite(.serialized) struct GatewayTests {
    @Test func aPushReachesItsOwnerAndTheAnswerReachesTheSource() async throws {
        let gateway = try await Gateway()
        try await gateway.start()
        let pushed = try await gateway.push("[\(Gateway.record(1))]")
        #expect(pushed.status == 200, "\(pushed.text)")
        let ticketID = try #require(try JSONDocument.parse(pushed.body).root["ticket_id"]?.string)

        try await eventually { !gateway.handler.requests.isEmpty }
        let event = try JSONDocument.parse(try #require(gateway.handler.requests.first).body).root
        #expect(event["type"]?.string == "ticket.opened")
        #expect(event["subject"]?.string == ticketID)
        #expect(event["data"]?["description"]?.string == "路灯不亮")

        #expect(try await gateway.report(ticketID, #"{"event_id":"1","type":"in_progress"}"#).status < 300)
        #expect(
            try await gateway.report(ticketID, #"{"event_id":"2","type":"replied","public_text":"已修好"}"#).status < 300)
        try await eventually { !gateway.source.requests.isEmpty }
        let reply = try #require(gateway.source.requests.first)
        #expect(reply.target == "/orders/N-1")
        #expect(reply.text == #"{"text":"已修好"}"#)
        #expect(reply.header("idempotency-key")?.count == 26)

        var trace = ""
        try await eventually {
            trace = try await gateway.sluice(["tickets", "trace", "N-1"]).output
            return trace.contains("reply.acknowledged")
        }
        for step in ["admitted", "delivered", "case.event", "reply.offered", "reply.acknowledged"] {
            #expect(trace.contains(step))
        }
        #expect(try await gateway.sluice(["reconcile"]).status == 0)
        #expect(await gateway.stop() == 0)
    }

    @Test func whatTheSourceSaysLaterReachesTheOwnerUnderItsOwnType() async throws {
        let gateway = try await Gateway()
        try await gateway.start()
        let early = try await gateway.push(#"[{"act":"urge","no":"N-1","text":"请尽快处理"}]"#)
        #expect(early.status == 422)
        #expect(early.text.contains("followup.unknown-ticket"), "\(early.text)")
        #expect(try await gateway.push("[\(Gateway.record(1))]").status == 200)
        #expect(try await gateway.sluice(["rejects", "replay", "1", "--by", "张敏"]).status == 0)
        let said = #"[{"act":"append","no":"N-1","text":"又坏了一盏"},{"act":"cancel","no":"N-1"}]"#
        for _ in 1...2 { #expect(try await gateway.push(said).status == 200) }

        var events: [JSONElement] = []
        try await eventually {
            events = try gateway.handler.requests.map { try JSONDocument.parse($0.body).root }
            return events.count == 4
        }
        #expect(
            events.compactMap { $0["type"]?.string } == [
                "ticket.opened", "ticket.urged", "ticket.supplemented", "ticket.withdrawn",
            ])
        #expect(Set(events.compactMap { $0["subject"]?.string }).count == 1)
        let last = try #require(events.last?["data"])
        #expect(last["revision"]?.integer == 4)
        let text = last["description"]?.string ?? ""
        #expect(text.hasPrefix("路灯不亮\n\n【催办 ") && text.hasSuffix("】\n又坏了一盏"), "\(text)")
        #expect(last["handling"]?["withdrawn_at"]?.string != nil)

        let trace = try await gateway.sluice(["tickets", "trace", "N-1"]).output
        for step in ["urged", "supplemented", "withdrawn"] { #expect(trace.contains(step)) }
        var ledger = try await gateway.sluice(["reconcile"])
        #expect(ledger.status == 0, "\(ledger)")
        ledger = try await gateway.sluice(["reconcile", "--format", "json"])
        for count in [#""received":7"#, #""revised":3"#, #""absorbed":2"#, #""urged":1"#, #""withdrawn":1"#] {
            #expect(ledger.output.contains(count), "\(count) in \(ledger.output)")
        }
        #expect(try await gateway.sluice(["reconcile", "--inside"]).status == 0)
        #expect(await gateway.stop() == 0)
    }

    /// A stand-in for the secret would go into the ticket.
    @Test func aReplayOnAStoppedGatewayMapsWithTheRealSecrets() async throws {
        let gateway = try await Gateway()
        let file = gateway.folder("config/hotlines/hotline-test.yaml")
        let mapping = Gateway.channel("automatic").replacing(
            "description: $.text",
            with: """
                description: $.text
                  requester.account_id: { const: "${env:TEST_KEY}" }
                """)
        try Data(mapping.utf8).write(to: URL(fileURLWithPath: file))
        try await gateway.start()
        #expect(try await gateway.push(#"[{"no":"N-1","time":"soon","text":"路灯不亮"}]"#).status == 422)
        #expect(await gateway.stop() == 0)
        let mended = gateway.folder("mended.json")
        try Data(Gateway.record(1).utf8).write(to: URL(fileURLWithPath: mended))
        #expect(try await gateway.sluice(["rejects", "edit", "1", "--file", mended, "--by", "张敏"]).status == 0)
        let replayed = try await gateway.sluice(["rejects", "replay", "1", "--by", "张敏"])
        #expect(replayed.status == 0, "\(replayed)")
        try await gateway.start()
        try await eventually { !gateway.handler.requests.isEmpty }
        let data = try JSONDocument.parse(try #require(gateway.handler.requests.first).body).root["data"]
        #expect(data?["requester"]?["account_id"]?.string == "test-key")
        #expect(await gateway.stop() == 0)
    }

    @Test func aChannelWhoseFileIsBadRunsOnAndIsShownByName() async throws {
        let gateway = try await Gateway()
        try await gateway.start()
        #expect(await gateway.stop() == 0)
        let file = gateway.folder("config/hotlines/hotline-test.yaml")
        let text = try String(contentsOfFile: file, encoding: .utf8)
        try text.replacing("external_id: $.no", with: "external_id: '!'")
            .write(toFile: file, atomically: true, encoding: .utf8)
        try await gateway.start()
        #expect(try await gateway.push("[\(Gateway.record(1))]").status == 200)
        var shown = ""
        try await eventually {
            shown = try await gateway.sluice(["channels", "show", "hotline-test"]).output
            return shown.contains("runs on")
        }
        #expect(shown.contains("name          test\n"), "\(shown)")
        #expect(shown.contains("source        http-push\n"), "\(shown)")
        #expect(try await gateway.sluice(["channels", "pause", "hotline-test", "--by", "张敏"]).status == 0)
        let refused = try await gateway.sluice(["channels", "backfill", "hotline-test", "--from", "2026-01-01"])
        #expect(refused.status == 1)
        #expect(refused.errors.contains("backfill.pushed"), "\(refused)")
        // Not even YAML: the store remembers what it was.
        try "a: [".write(toFile: file, atomically: true, encoding: .utf8)
        shown = try await gateway.sluice(["channels", "show", "hotline-test"]).output
        #expect(shown.contains("source        http-push\n"), "\(shown)")
        #expect(shown.contains("paused by 张敏"), "\(shown)")
        #expect(await gateway.stop() == 0)
    }

    @Test func whatIsUnderReviewWaitsForAPersonWhoseDecisionIsCarriedOut() async throws {
        let gateway = try await Gateway(release: "review")
        try await gateway.start()
        #expect(try await gateway.push(Gateway.records(1...2)).status == 200)
        var held: [JSONElement] = []
        try await eventually {
            held = try await heldItems(gateway)
            return held.count == 2
        }
        #expect(gateway.handler.requests.isEmpty)
        let ids = held.compactMap { $0["id"]?.integer }
        let shown = try await gateway.sluice(["quarantine", "show", "\(ids[0])"])
        #expect(shown.output.contains("held by relay [review.channel]"), "\(shown)")

        #expect(try await gateway.sluice(["quarantine", "release", "\(ids[0])", "--by", "张敏"]).status == 0)
        #expect(
            try await gateway.sluice(["quarantine", "reject", "\(ids[1])", "--by", "张敏", "--reason", "广告"]).status == 0)
        try await eventually { gateway.handler.requests.count == 1 }
        #expect(try await heldItems(gateway).isEmpty)
        let twice = try await gateway.sluice(["quarantine", "release", "\(ids[1])"])
        #expect(twice.status == 1)
        #expect(twice.errors.contains("quarantine.not-held"))
        let ledger = try await gateway.sluice(["reconcile", "--format", "json"])
        #expect(ledger.status == 0, "\(ledger)")
        #expect(ledger.output.contains(#""released":1,"held":0,"rejected":1"#), "\(ledger.output)")
    }

    @Test func aChannelTheRelayDoesNotKnowIsRejectedThere() async throws {
        let gateway = try await Gateway(relayChannels: "{ some-other: automatic }")
        try await gateway.start()
        #expect(try await gateway.push("[\(Gateway.record(1))]").status == 200)
        var listed = ""
        try await eventually {
            listed = try await gateway.sluice(["quarantine", "list"]).output
            return listed.contains("rejected")
        }
        #expect(listed.contains("hotline-test"))
        #expect(gateway.handler.requests.isEmpty)
    }

    @Test func aSecondProcessOnTheSameDataIsRefused() async throws {
        let gateway = try await Gateway()
        try await gateway.start()
        let second = try await gateway.sluice(["run"])
        #expect(second.status == 1)
        #expect(second.errors.contains("zone.locked"), "\(second)")
    }

    private func heldItems(_ gateway: Gateway) async throws -> [JSONElement] {
        let listed = try await gateway.sluice(["quarantine", "list", "--held", "--format", "json"])
        var items: [JSONElement] = []
        try JSONDocument.parse(Array(listed.output.utf8)).root.forEachElement { items.append($0) }
        return items
    }
}

/// Waits for what another process does; fails when it does not come.
/// - Parameter tries: ten a second.
func eventually(
    tries: Int = 1_800, fileID: String = #fileID, filePath: String = #filePath, line: Int = #line,
    column: Int = #column,
    _ isTrue: () async throws -> Bool
) async throws {
    for _ in 0..<tries {
        if try await isTrue() { return }
        try await Task.sleep(for: .milliseconds(100))
    }
    // Where it was waited for: here all waits look the same.
    Issue.record(
        "it did not come in time",
        sourceLocation: SourceLocation(fileID: fileID, filePath: filePath, line: line, column: column))
}
