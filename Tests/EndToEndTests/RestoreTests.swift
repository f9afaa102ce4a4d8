import CurlKit
import Foundation
import GRDB
import SluiceSDK
import SluiceTesting
import Testing

/// A zone's disk is lost and the zone goes on with a backup that was made while it ran, behind which more had happened.
@Suite(.serialized) struct RestoreTests {
    @Test(arguments: ["external", "relay", "internal"])
    func afterALostDiskEveryTicketAndReplyIsThereOnce(zone: String) async throws {
        let gateway = try await Gateway()
        try await gateway.start()
        try await traffic(gateway, tickets: 1...10, replies: 1...5)
        let made = try await gateway.sluice(["store", "backup", gateway.folder("backups")])
        #expect(made.status == 0, "\(made)")
        try await traffic(gateway, tickets: 11...20, replies: 6...15)
        gateway.kill()
        try lose(zone, gateway)

        let restored = try await gateway.sluice(["store", "restore", try backup(zone, gateway), "--zone", zone])
        #expect(restored.status == 0, "\(restored)")
        try await gateway.start()
        try await approve(streams(of: zone), gateway)
        // The source and the handler repeat what they were not sure of, as they do after any fault.
        #expect(try await gateway.push(Gateway.records(11...20)).status == 200)
        try await until { try await tickets(gateway).count == 20 }
        for number in 1...15 { try await answer(number, gateway) }
        try await traffic(gateway, tickets: 21...25, replies: 16...25)

        let ids = try await tickets(gateway)
        #expect(Set(ids) == Set((1...25).map { "N-\($0)" }) && ids.count == 25, "\(ids)")
        let keys = Dictionary(grouping: gateway.source.requests) { $0.target }
            .mapValues { Set($0.compactMap { $0.header("idempotency-key") }) }
        #expect(keys.count == 25 && keys.values.allSatisfy { $0.count == 1 }, "one reply id for each ticket")
        if zone != "external" {
            // An external side that was restored does not know what it has sent; the id says it to the source.
            #expect(gateway.source.requests.count == 25, "no reply was sent twice")
        }
        try await until {
            try await gateway.sluice(["reconcile", "--format", "json"]).output
                .contains(#""acknowledged":25,"in_flight":0"#)
        }
        let ledger = try await gateway.sluice(["reconcile"])
        #expect(ledger.status == 0, "\(ledger.output)")
        #expect(ledger.output.contains("explained:") == (zone == "external"), "\(ledger.output)")
        let checked = try await gateway.sluice(["store", "check"])
        #expect(checked.status == 0, "\(checked.output)")
    }

    @Test func aRestoreIsRefusedWhereItWouldDoHarm() async throws {
        let gateway = try await Gateway()
        try await gateway.start()
        try await traffic(gateway, tickets: 1...3, replies: 1...1)
        #expect(try await gateway.sluice(["store", "backup", gateway.folder("backups")]).status == 0)
        let relay = try backup("relay", gateway)

        let running = try await gateway.sluice(["store", "restore", relay, "--zone", "relay", "--replace"])
        #expect(running.status == 1 && running.errors.contains("zone.locked"), "\(running)")
        gateway.kill()
        let wrong = try await gateway.sluice(["store", "restore", relay, "--zone", "internal", "--replace"])
        #expect(wrong.status == 1 && wrong.errors.contains("store.wrong-zone"), "\(wrong)")
        let there = try await gateway.sluice(["store", "restore", relay, "--zone", "relay"])
        #expect(there.status == 1 && there.errors.contains("store.exists"), "\(there)")

        let file = relay + "/quarantine.db"
        var bytes = try Data(contentsOf: URL(fileURLWithPath: file))
        bytes[bytes.count / 2] ^= 0xFF
        try bytes.write(to: URL(fileURLWithPath: file))
        let damaged = try await gateway.sluice(["store", "restore", relay, "--zone", "relay", "--replace"])
        #expect(damaged.status == 1 && damaged.errors.contains("store.damaged"), "\(damaged)")
        bytes[bytes.count / 2] ^= 0xFF
        try bytes.write(to: URL(fileURLWithPath: file))

        let manifest = relay + "/manifest.json"
        let text = try String(contentsOfFile: manifest, encoding: .utf8)
        let newer = text.replacingOccurrences(of: #""schema":["#, with: #""schema":["99 later","#)
        try newer.write(toFile: manifest, atomically: true, encoding: .utf8)
        let refused = try await gateway.sluice(["store", "restore", relay, "--zone", "relay", "--replace"])
        #expect(refused.status == 1 && refused.errors.contains("newer Sluice"), "\(refused)")
        try text.write(toFile: manifest, atomically: true, encoding: .utf8)

        #expect(try await gateway.sluice(["store", "check"]).status == 0, "refusals changed nothing")
        #expect(try await gateway.sluice(["store", "restore", relay, "--zone", "relay", "--replace"]).status == 0)
        let names = try FileManager.default.contentsOfDirectory(atPath: gateway.folder("data/relay"))
        #expect(names.contains { $0.hasPrefix("replaced-") }, "\(names)")
        let copied = try FileManager.default.subpathsOfDirectory(atPath: gateway.folder("backups"))
        #expect(!copied.contains { $0.hasSuffix(".key") }, "\(copied)")
    }

    @Test func aCheckNamesWhatIsDamaged() async throws {
        let gateway = try await Gateway()
        try await gateway.start()
        try await traffic(gateway, tickets: 1...3, replies: 1...1)
        let well = try await gateway.sluice(["store", "check", "--format", "json"])
        #expect(well.status == 0, "\(well)")
        gateway.kill()
        try execute("DELETE FROM ticket WHERE id = 2", on: gateway.folder("data/internal/internal.db"))
        try execute(
            "UPDATE ticket SET ticket_id = (SELECT ticket_id FROM ticket WHERE id = 1) WHERE id = 3",
            on: gateway.folder("data/internal/internal.db"))
        try execute("UPDATE item SET line = x'7b7d' WHERE id = 1", on: gateway.folder("data/relay/quarantine.db"))
        try execute("DELETE FROM message", on: gateway.folder("data/external/external.db"))
        let ill = try await gateway.sluice(["store", "check"])
        #expect(ill.status == 1)
        for code in ["foreign-key", "item.digest", "ledger.tickets", "case.ticket", "event.ticket", "ticket.twice"] {
            #expect(ill.output.contains("[\(code)]"), "\(code) in \(ill.output)")
        }
        let one = try await gateway.sluice(["store", "check", "--zone", "relay", "--format", "json"])
        #expect(one.status == 1 && !one.output.contains("internal.db"))
    }

    // MARK: Traffic

    /// Pushes tickets and answers some, and waits until all is where it belongs.
    private func traffic(_ gateway: Gateway, tickets: ClosedRange<Int>, replies: ClosedRange<Int>) async throws {
        #expect(try await gateway.push(Gateway.records(tickets)).status == 200)
        try await until { try await self.tickets(gateway).count == tickets.upperBound }
        for number in replies { try await answer(number, gateway) }
        try await until {
            Set(gateway.source.requests.map(\.target)).count == replies.upperBound
        }
        try await until { try await gateway.sluice(["reconcile"]).status == 0 }
    }

    private func answer(_ number: Int, _ gateway: Gateway) async throws {
        let id = StableID.ticket(jurisdictionID: "370400", channelID: "hotline-test", externalID: "N-\(number)")
        _ = try await gateway.report(id, #"{"event_id":"take-\#(number)","type":"in_progress"}"#)
        let answered = try await gateway.report(
            id, #"{"event_id":"answer-\#(number)","type":"replied","public_text":"已处理"}"#)
        #expect(answered.status < 300, "\(number): \(answered.text)")
    }

    private func tickets(_ gateway: Gateway) async throws -> [String] {
        let listed = try await gateway.sluice(["tickets", "search", "--limit", "100", "--format", "json"])
        var ids: [String] = []
        guard let root = try? JSONDocument.parse(Array(listed.output.utf8)).root else { return [] }
        root.forEachElement { ids.append($0["external_id"]?.string ?? "?") }
        return ids
    }

    // MARK: Care

    private func lose(_ zone: String, _ gateway: Gateway) throws {
        let folder = gateway.folder("data/" + zone)
        for name in try FileManager.default.contentsOfDirectory(atPath: folder) where name.contains(".db") {
            try FileManager.default.removeItem(atPath: folder + "/" + name)
        }
    }

    private func backup(_ zone: String, _ gateway: Gateway) throws -> String {
        let folder = gateway.folder("backups")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasPrefix(zone + "-") }
        return folder + "/" + (try #require(names.first))
    }

    /// Those that the zone writes: their readers approve the new epoch.
    private func streams(of zone: String) -> [String] {
        ["external-relay", "relay-internal", "internal-relay", "relay-external"].filter { $0.hasPrefix(zone + "-") }
    }

    private func approve(_ streams: [String], _ gateway: Gateway) async throws {
        for stream in streams {
            try await until { try await gateway.sluice(["boundary", "check"]).output.contains(stream) }
            #expect(try await gateway.sluice(["boundary", "resume", stream]).status == 0)
        }
    }

    private func execute(_ sql: String, on path: String) throws {
        var configuration = Configuration()
        // As damage comes: nothing asks whether it fits.
        configuration.foreignKeysEnabled = false
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        try queue.writeWithoutTransaction { try $0.execute(sql: sql) }
        try queue.close()
    }

    private func until(_ isTrue: () async throws -> Bool) async throws {
        for _ in 0..<300 {
            if try await isTrue() { return }
            try await Task.sleep(for: .milliseconds(200))
        }
        throw GatewayError("it did not come in time")
    }
}
