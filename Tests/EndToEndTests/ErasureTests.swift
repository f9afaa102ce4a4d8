import CurlKit
import Foundation
import SluiceSDK
import SluiceTesting
import Testing

/// One requester's data leaves every file of every zone; the other's stays.
@Suite(.serialized) struct ErasureTests {
    private static let person = "13900000001"
    private static let neighbour = "13900000002"

    @Test func theRequesterIsGoneFromEveryFileAndTheLedgersBalance() async throws {
        let gateway = try await Gateway()
        try await gateway.start()
        #expect(try await gateway.push("[\(record(1, Self.person))]").status == 200)
        #expect(try await gateway.push("[\(record(2, Self.neighbour))]").status == 200)
        for number in 1...2 { try await answer(number, gateway) }
        try await eventually { gateway.source.requests.count == 2 }
        try await eventually { try await gateway.sluice(["reconcile"]).status == 0 }
        for zone in ["external", "relay", "internal"] {
            #expect(try holds(Self.person, gateway, zone), "before, \(zone) holds it: the search can find")
        }

        let erased = try await gateway.sluice([
            "tickets", "erase", "--requester", Self.person, "--with-text", "--reason", "request 17", "--by", "张敏",
        ])
        #expect(erased.status == 0 && erased.output.contains("1 tickets"), "\(erased)")
        for zone in ["internal", "relay", "external", "boundary"] {
            try await eventually { try !holds(Self.person, gateway, zone) }
            #expect(try !holds(Self.person, gateway, zone), "\(zone)")
        }
        for zone in ["external", "relay", "internal"] {
            #expect(try holds(Self.neighbour, gateway, zone), "the neighbour's data stays in \(zone)")
        }

        // The same record again: known, and nothing of it comes back.
        #expect(try await gateway.push("[\(record(1, Self.person))]").status == 200)
        var ledger = ""
        try await eventually {
            let result = try await gateway.sluice(["reconcile", "--format", "json"])
            ledger = result.output
            return result.status == 0 && ledger.contains(#""absorbed":1"#)
        }
        #expect(ledger.contains(#""new":2"#), "\(ledger)")
        for zone in ["external", "relay", "internal", "boundary"] {
            #expect(try !holds(Self.person, gateway, zone), "after a repeat, \(zone)")
        }
        let shown = try await gateway.sluice(["tickets", "show", "N-1", "--personal"])
        #expect(shown.status == 0 && shown.output.contains("[erased]"), "\(shown)")
        let checked = try await gateway.sluice(["store", "check"])
        #expect(checked.status == 0, "\(checked.output)")
        let nobody = try await gateway.sluice([
            "tickets", "erase", "--requester", Self.person, "--reason", "again", "--by", "张敏",
        ])
        #expect(nobody.status == 1 && nobody.errors.contains("no ticket has this requester"), "\(nobody)")
    }

    @Test func anOrderOnAStoppedZoneReachesTheOthersWhenTheyRun() async throws {
        let gateway = try await Gateway()
        try await gateway.start()
        #expect(try await gateway.push("[\(record(1, Self.person))]").status == 200)
        try await eventually { gateway.handler.requests.count == 1 }
        gateway.kill()
        let stopped = try await gateway.sluice([
            "tickets", "erase", "N-1", "--reason", "request 18", "--by", "张敏",
        ])
        #expect(stopped.status == 0, "on a stopped zone's files: \(stopped)")
        #expect(try !holds(Self.person, gateway, "internal"))
        #expect(try holds(Self.person, gateway, "relay"), "it has not heard of it")
        try await gateway.start()
        for zone in ["relay", "external"] {
            try await eventually { try !holds(Self.person, gateway, zone) }
            #expect(try !holds(Self.person, gateway, zone), "\(zone)")
        }
        // Only what names the person was asked for.
        let shown = try await gateway.sluice(["tickets", "show", "N-1", "--personal"])
        #expect(shown.output.contains("路灯不亮"), "\(shown)")
    }

    private func record(_ number: Int, _ phone: String) -> String {
        #"{"no":"N-\#(number)","time":"2026-01-05 09:00:00","text":"路灯不亮，请回电\#(phone)","tel":"\#(phone)"}"#
    }

    private func answer(_ number: Int, _ gateway: Gateway) async throws {
        try await eventually { gateway.handler.requests.count >= number }
        let id = StableID.ticket(jurisdictionID: "370400", channelID: "hotline-test", externalID: "N-\(number)")
        let phone = number == 1 ? Self.person : Self.neighbour
        _ = try await gateway.report(id, #"{"event_id":"take-\#(number)","type":"in_progress","note":"已致电\#(phone)"}"#)
        let text = #"{"event_id":"answer-\#(number)","type":"replied","public_text":"已回电\#(phone)"}"#
        #expect(try await gateway.report(id, text).status < 300)
    }

    /// Whether any file below a zone's folder holds the text, in whatever place.
    private func holds(_ text: String, _ gateway: Gateway, _ zone: String) throws -> Bool {
        let folder = gateway.folder("data/" + zone)
        for name in try FileManager.default.subpathsOfDirectory(atPath: folder) where !name.hasSuffix(".sock") {
            guard let data = FileManager.default.contents(atPath: folder + "/" + name) else { continue }
            if PackedSearch.holds(text, data) { return true }
        }
        return false
    }
}
