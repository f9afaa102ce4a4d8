import CurlKit
import Foundation
import SluiceSDK
import SluiceTesting
import Synchronization
import Testing

/// The program is killed again and again while tickets and replies are on their way, and started again each time.
@Suite(.serialized) struct KillTests {
    @Test func nothingAcknowledgedIsLostAndNoTicketIsMadeTwice() async throws {
        let gateway = try await Gateway()
        try await gateway.start()
        try await Storm(total: 240, gateway: gateway).run { round in
            // Six kills between a tenth and nine tenths of the way, right behind an acknowledgement.
            if round % 5 == 4 {
                gateway.kill()
                try await gateway.start()
            }
        }
    }
}

/// Pushes tickets and answers each of them while something is done to the gateway, and counts what came of it.
struct Storm {
    var total: Int
    var chunk = 8
    var gateway: Gateway

    /// - Parameter disturb: called behind every acknowledged push, with its number.
    func run(_ disturb: (Int) async throws -> Void) async throws {
        let gateway = gateway
        let answering = Task { try await answer(gateway) }
        defer { answering.cancel() }
        for (round, start) in stride(from: 1, through: total, by: chunk).enumerated() {
            try await pushUntilAcknowledged(Gateway.records(start..<(start + chunk)), gateway)
            try await disturb(round)
        }
        let expected = Set((1...total).map { "/orders/N-\($0)" })
        try await eventually { Set(gateway.source.requests.map(\.target)) == expected }
        try await checkLedger()
        // A kill between a 2xx and our commit repeats a message, always with the same id for the same ticket.
        let replies = Dictionary(grouping: gateway.source.requests) { $0.header("idempotency-key") }
        #expect(replies.count == total)
        let opened = gateway.opened
        #expect(opened.count == total)
        #expect(
            opened.values.allSatisfy { $0.count == 1 }, "one ticket id and one event id for each number of the source")
    }

    private func checkLedger() async throws {
        let total = total
        var days = ""
        try await eventually {
            let ledger = try await gateway.sluice(["reconcile", "--format", "json"])
            days = ledger.output
            return ledger.status == 0 && days.contains(#""acknowledged":\#(total),"in_flight":0"#)
        }
        let records = try JSONDocument.parse(Array(days.utf8)).root
        var new = 0
        records.forEachElement { day in day["channels"]?.forEachElement { new += $0["records"]?["new"]?.integer ?? 0 } }
        #expect(new == total)
    }

    private func pushUntilAcknowledged(_ body: String, _ gateway: Gateway) async throws {
        for _ in 0..<200 {
            if let answer = try? await gateway.push(body), answer.status == 200 { return }
            try await Task.sleep(for: .milliseconds(50))
        }
        Issue.record("a push was never acknowledged")
    }

    /// The owner: answers each ticket it has heard of, and tries again while the gateway is down.
    private func answer(_ gateway: Gateway) async throws {
        var done: Set<String> = []
        while !Task.isCancelled {
            for ticket in tickets(gateway) where !done.contains(ticket) {
                let taken = try? await gateway.report(ticket, #"{"event_id":"take-\#(ticket)","type":"in_progress"}"#)
                guard let taken, taken.status < 300 else { continue }
                let replied = try? await gateway.report(
                    ticket, #"{"event_id":"reply-\#(ticket)","type":"replied","public_text":"已处理"}"#)
                if let replied, replied.status < 300 { done.insert(ticket) }
            }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    private func tickets(_ gateway: Gateway) -> [String] {
        gateway.handler.requests.compactMap { try? JSONDocument.parse($0.body).root["subject"]?.string }
    }
}
