import CurlKit
import Foundation
import GRDB
import SluiceExternal
import SluiceSDK
import SluiceStore
import SluiceTesting
import Testing

/// Files of tickets over links that carry one way, and badly.
@Suite(.serialized) struct OneWayAttachmentTests {
    private let gateway: Gateway
    private let zones: ZonesApart
    private let link: FileLink

    init() async throws {
        gateway = try await Gateway()
        try gateway.write("hotlines/hotline-mail.yaml", MailedFiles.channel)
        zones = ZonesApart(gateway)
        link = try FileLink(from: gateway.folder("data/link/outer"), to: gateway.folder("data/link/inner"))
    }

    @Test func aFileArrivesWholeAndTheOutsideLetsGoOfItUnheard() async throws {
        try gateway.makeOneWay()
        try await zones.startAll()
        let carrying = Task { [link] in try await link.run() }
        defer { carrying.cancel() }
        let (large, small) = (MailedFiles.pdf(5 << 20), MailedFiles.pdf(700_000))
        let program = Array("MZ".utf8) + MailedFiles.pdf(2_000)
        let letter = MailedFiles.mail(1, [("large.pdf", large), ("photo.jpg", program)])
        try await push(letter)
        try await eventually { gateway.isKept(Self.piece(1, of: large, "large.pdf", letter: 1), of: "data/link/outer") }
        zones.kill("external")
        try zones.start("external")
        try await push(MailedFiles.mail(2, [("small.pdf", small)]))
        try await arrival(of: large, "large.pdf", letter: 1)
        try await arrival(of: small, "small.pdf", letter: 2)
        #expect(link.lost > 0)
        try await eventually { try await gateway.sluice(["boundary", "check"]).status == 0 }
        try await eventually { try await gateway.sluice(["reconcile"]).status == 0 }
        // The outside hears neither that it was taken nor that it was rejected.
        #expect(try states() == ["sent", "sent", "sent"])
        #expect(names(in: gateway.folder("data/boundary/relay-external")).isEmpty, "not even a verdict on a file")

        zones.kill("external")
        try gateway.replace("external.yaml", "history: 1h", "history: 1s")
        try gateway.write(
            "external.yaml",
            try String(contentsOfFile: gateway.folder("config/external.yaml"), encoding: .utf8)
                + "\nresend_window: 1s\n")
        // What is old is looked for when a zone starts.
        try await eventually(tries: 12) {
            zones.kill("external")
            try zones.start("external")
            for _ in 0..<50 {
                if try states() == ["unheard", "unheard", "unheard"] && pieces() == 0 { return true }
                try await Task.sleep(for: .milliseconds(200))
            }
            return false
        }
        #expect(!gateway.isKept(MailedFiles.ticketID(1), of: "data/link/outer"))
        let listed = try await gateway.sluice(["attachments"])
        #expect(listed.output.contains("no file is on its way"), "\(listed)")
        let all = try await gateway.sluice(["attachments", "--all", "--format", "json"])
        #expect(all.output.components(separatedBy: #""unheard""#).count == 4, "\(all)")

        // The letter again, long after: the file is known and does not travel a second time.
        try await push(letter)
        #expect(try pieces() == 0 && states() == ["unheard", "unheard", "unheard"])
        try await arrival(of: large, "large.pdf", letter: 1)
    }

    /// A piece that no repetition brings: the file waits, the gap is named, and what a person sends again makes it whole.
    @Test func aPieceOutsideTheHistoryIsSentAgainAndTheFileIsWhole() async throws {
        try gateway.makeOneWay(history: "8s")
        try await zones.startAll()
        let file = MailedFiles.pdf(1_500_000)
        let piece = Self.piece(3, of: file, "a.pdf", letter: 1)
        link.close(to: piece)
        let carrying = Task { [link] in try await link.run() }
        defer { carrying.cancel() }
        try await push(MailedFiles.mail(1, [("a.pdf", file)]))
        try await eventually { link.lost > 0 }
        try await eventually { !gateway.isKept(piece, of: "data/link/outer") }
        try await push(MailedFiles.mail(2, [("b.pdf", MailedFiles.pdf(2_000))]))
        try await eventually {
            try await gateway.sluice(["boundary", "check"]).output.contains("[boundary.gap] external-relay batch 1/")
        }
        #expect(try await gateway.files(ofLetter: 2).isEmpty, "nothing overtakes what is missing")

        let skipped = try await gateway.sluice(
            ["boundary", "resume", "external-relay", "--over-gap", "--by", "Zhang Min"])
        #expect(skipped.status == 0 && skipped.output.contains("never came, with items"), "\(skipped)")
        try await eventually { try await gateway.files(ofLetter: 2)["b.pdf"]?.state == "available" }
        #expect(try await gateway.files(ofLetter: 1)["a.pdf"]?.path.isEmpty != false)
        // The books count tickets: one is missing in them where it travelled in the batch that never came.
        if try await gateway.fetch("/v1/tickets/\(MailedFiles.ticketID(1))").status != 200 {
            try await eventually {
                let ledger = try await gateway.sluice(["reconcile"])
                return ledger.status == 1 && ledger.output.contains("items are on the way or lost")
            }
        }

        zones.kill("external")
        link.close(to: nil)
        try gateway.replace("external.yaml", "history: 8s", "history: 1h")
        let resent = try await gateway.sluice(["boundary", "resend", "external-relay", "--since", "2026-01-01"])
        #expect(resent.status == 0, "\(resent)")
        try zones.start("external")
        try await eventually {
            try await gateway.sluice(["boundary", "check"]).output.contains("boundary.epoch-raised")
        }
        #expect(try await gateway.sluice(["boundary", "resume", "external-relay"]).status == 0)
        try await arrival(of: file, "a.pdf", letter: 1)
        #expect(try await gateway.files(ofLetter: 2).count == 1)
        try await eventually { try await gateway.sluice(["reconcile"]).status == 0 }
    }

    /// Nothing comes back from the inside either; the relay repeats, and a person has it send again, in the same way.
    @Test func aFileCrossesTwoLinksOfWhichNoneLeadsBack() async throws {
        try gateway.makeOneWay()
        try gateway.makeOneWayInside(history: "8s")
        let second = try FileLink(
            from: gateway.folder("data/link/middle"), to: gateway.folder("data/link/inside"), seed: 11)
        try await zones.startAll()
        let file = MailedFiles.pdf(1_500_000)
        let piece = Self.piece(2, of: file, "a.pdf", letter: 1)
        second.close(to: piece)
        let carrying = [
            Task { [link] in try await link.run() }, Task { try await second.run() },
        ]
        defer { for link in carrying { link.cancel() } }
        try await push(MailedFiles.mail(1, [("a.pdf", file)]))
        try await eventually { second.lost > 0 }
        try await eventually { !gateway.isKept(piece, of: "data/link/middle") }
        try await push(MailedFiles.mail(2, [("b.pdf", MailedFiles.pdf(2_000))]))
        try await eventually {
            try await gateway.sluice(["boundary", "check"]).output.contains("[boundary.gap] relay-internal batch 1/")
        }
        let skipped = try await gateway.sluice(
            ["boundary", "resume", "relay-internal", "--over-gap", "--by", "Zhang Min"])
        #expect(skipped.status == 0, "\(skipped)")
        try await eventually { try await gateway.files(ofLetter: 2)["b.pdf"]?.state == "available" }
        #expect(try await gateway.files(ofLetter: 1)["a.pdf"]?.path.isEmpty != false)

        zones.kill("relay")
        second.close(to: nil)
        try gateway.replace("relay.yaml", "history: 8s", "history: 1h")
        let resent = try await gateway.sluice(["boundary", "resend", "relay-internal", "--since", "2026-01-01"])
        #expect(resent.status == 0, "\(resent)")
        try zones.start("relay")
        try await eventually {
            try await gateway.sluice(["boundary", "check"]).output.contains("boundary.epoch-raised")
        }
        #expect(try await gateway.sluice(["boundary", "resume", "relay-internal"]).status == 0)
        try await arrival(of: file, "a.pdf", letter: 1)
        #expect(try await gateway.files(ofLetter: 2).count == 1)
        #expect(try states() == ["sent", "sent"])
        for folder in ["relay-external", "internal-relay"] {
            #expect(names(in: gateway.folder("data/boundary/" + folder)).isEmpty, "not even a receipt")
        }
        try await eventually { try await gateway.sluice(["reconcile"]).status == 0 }
    }

    // MARK: Steps

    private func push(_ letter: [UInt8]) async throws {
        try await eventually { (try? await gateway.push(letter)) == 200 }
    }

    /// Until the handler can fetch it, and it is the same.
    private func arrival(of bytes: [UInt8], _ name: String, letter: Int) async throws {
        try await eventually { try await gateway.files(ofLetter: letter)[name]?.state == "available" }
        let answer = try await gateway.fetch(try await gateway.files(ofLetter: letter)[name]?.path ?? "")
        #expect(answer.status == 200 && answer.body == bytes)
    }

    /// As the id of its item stands in a batch.
    private static func piece(_ number: Int, of bytes: [UInt8], _ name: String, letter: Int) -> String {
        let id = StableID.attachment(
            ticketID: MailedFiles.ticketID(letter), sha256: Hex.encode(SHA256.hash(bytes)), name: name)
        return #"\#(id).\#(number)""#
    }

    /// Of every file that the external zone knows.
    private func states() throws -> [String] {
        try outside { try String.fetchAll($0, sql: "SELECT state FROM attachment ORDER BY id") }
    }

    /// Whose bytes the external zone still has.
    private func pieces() throws -> Int {
        try outside { try Int.fetchOne($0, sql: "SELECT count(*) FROM attachment_piece") ?? -1 }
    }

    private func outside<Value>(_ look: (Database) throws -> Value) throws -> Value {
        try StoreReader(path: gateway.folder("data/external/external.db"), schema: ExternalStore.schema).read(look)
    }
}
