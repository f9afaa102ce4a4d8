import CurlKit
import Foundation
import SluiceSDK
import SluiceTesting
import Testing

/// The built program with a link between the external zone and the relay that carries files one way, and badly.
@Suite(.serialized) struct OneWayTests {
    private let gateway: Gateway
    private let zones: ZonesApart
    private let link: FileLink

    init() async throws {
        gateway = try await Gateway()
        zones = ZonesApart(gateway)
        link = try FileLink(from: gateway.folder("data/link/outer"), to: gateway.folder("data/link/inner"))
        try gateway.makeOneWay()
    }

    @Test func whatTheLinkLosesRepeatsAndReordersArrivesOnceAndNothingComesBack() async throws {
        try await zones.startAll()
        let carrying = Task { [link] in try await link.run() }
        defer { carrying.cancel() }
        for (round, start) in stride(from: 1, through: 60, by: 3).enumerated() {
            try await push(start..<(start + 3))
            guard round == 10 else { continue }
            zones.kill("external")
            try zones.start("external")
        }
        try await eventually(tries: 1200) { gateway.opened.count == 60 }
        #expect(gateway.opened.values.allSatisfy { $0.count == 1 })
        #expect(link.lost > 0)
        try await eventually(tries: 600) { link.lost > 10 && link.repeated > 10 }

        try await eventually(tries: 600) { try await gateway.sluice(["boundary", "check"]).status == 0 }
        // The outside never hears what became of its items: the inside judges by itself.
        try await eventually(tries: 600) {
            let ledger = try await gateway.sluice(["reconcile"])
            return ledger.status == 0 && ledger.output.contains("seen from inside")
        }
        // The reader clears away what it has.
        carrying.cancel()
        try await eventually { gateway.segments("data/link/inner").isEmpty }

        // An answer is refused at once, and does not wait for ever.
        let ticket = try #require(gateway.opened["N-1"]?.first).prefix { $0 != " " }
        _ = try await gateway.report(String(ticket), #"{"event_id":"1","type":"in_progress"}"#)
        let replied = try await gateway.report(
            String(ticket), #"{"event_id":"2","type":"replied","public_text":"已处理"}"#)
        #expect(replied.status < 300)
        try await eventually {
            try await gateway.sluice(["quarantine", "list"]).output.contains("channel.one-way")
        }
        #expect(gateway.segments("data/boundary/relay-external").isEmpty, "not even a verdict")
        #expect(gateway.source.requests.isEmpty)
    }

    /// The control: what no repetition brings is missed, named, and brought by a person.
    @Test func whatNoRepetitionBringsIsNamedAndCanBeSentAgain() async throws {
        try await zones.startAll()
        link.close(to: "N-7")
        let carrying = Task { [link] in try await link.run() }
        defer { carrying.cancel() }
        try await push(1...5)
        try await eventually(tries: 600) { gateway.opened.count == 5 }
        try await push(6...10)
        try await eventually { gateway.isKept("N-7", of: "data/link/outer") }
        try await push(11...15)
        var check = try await gateway.sluice(["boundary", "check"])
        try await eventually(tries: 600) {
            check = try await gateway.sluice(["boundary", "check"])
            return check.status == 1 && check.output.contains("[boundary.gap] external-relay batch 1/")
        }
        #expect(gateway.opened.count == 5, "nothing overtakes what is missing")

        let skipped = try await gateway.sluice(
            ["boundary", "resume", "external-relay", "--over-gap", "--by", "Zhang Min"])
        #expect(skipped.status == 0 && skipped.output.contains("never came, with items"), "\(skipped)")
        try await eventually(tries: 600) { gateway.opened.count == 10 }
        check = try await gateway.sluice(["boundary", "check"])
        #expect(check.output.contains("given up before: external-relay: batches 1/"), "\(check)")
        try await eventually(tries: 600) {
            let ledger = try await gateway.sluice(["reconcile"])
            return ledger.status == 1 && ledger.output.contains("5 items are on the way or lost")
        }

        link.close(to: nil)
        let early = try await gateway.sluice(["boundary", "resend", "external-relay", "--since", "2026-01-01"])
        #expect(early.status != 0, "the zone runs: \(early)")
        zones.kill("external")
        let resent = try await gateway.sluice(["boundary", "resend", "external-relay", "--since", "2026-01-01"])
        #expect(resent.status == 0 && resent.output.contains("sluice boundary resume external-relay"), "\(resent)")
        try zones.start("external")
        try await eventually(tries: 600) {
            try await gateway.sluice(["boundary", "check"]).output.contains("boundary.epoch-raised")
        }
        #expect(try await gateway.sluice(["boundary", "resume", "external-relay"]).status == 0)
        try await eventually(tries: 600) { gateway.opened.count == 15 }
        try await eventually(tries: 600) { try await gateway.sluice(["reconcile"]).status == 0 }
        #expect(gateway.opened.values.allSatisfy { $0.count == 1 })
    }

    // MARK: Steps

    private func push(_ numbers: some Sequence<Int>) async throws {
        let body = Gateway.records(numbers)
        try await eventually { (try? await gateway.push(body))?.status == 200 }
    }
}

extension Gateway {
    /// What the handler was told of tickets, by the source's number: each distinct ticket id and event id.
    var opened: [String: Set<String>] {
        var opened: [String: Set<String>] = [:]
        for request in handler.requests {
            guard let event = try? JSONDocument.parse(request.body).root, event["type"]?.string == "ticket.opened"
            else { continue }
            let number = event["data"]?["external_id"]?.string ?? "?"
            opened[number, default: []].insert((event["subject"]?.string ?? "") + " " + (event["id"]?.string ?? ""))
        }
        return opened
    }
}
