import CurlKit
import Foundation
import GRDB
import SluiceBoundary
import SluiceSDK
import SluiceStore
import SluiceTesting
import Testing

@testable import SluiceInternal

/// Files inside: kept apart from the tickets, looked at, and given to who may see them.
@Suite struct AttachmentTests {
    private static let ticketID = IntakeTicket.id("A-1")
    private static let photo: [UInt8] = [0xFF, 0xD8, 0xFF] + (0..<600_000).map { UInt8(truncatingIfNeeded: $0 &* 13) }

    private static func pieces(_ file: [UInt8] = photo, of ticket: String = "A-1", name: String = "照片.exe") -> [Item] {
        let (ticketID, digest) = (IntakeTicket.id(ticket), Hex.encode(SHA256.hash(file)))
        return (1...AttachmentBody.pieces(of: file.count)).map { number in
            let body = AttachmentBody(
                attachmentID: StableID.attachment(ticketID: ticketID, sha256: digest, name: name), ticketID: ticketID,
                channelID: IntakeTicket.channel, externalID: ticket, name: name, size: file.count, sha256: digest,
                piece: number, content: AttachmentBody.piece(number, of: file))
            return Item(
                id: body.id, channelID: IntakeTicket.channel, kind: .attachment, createdAt: Bench.start,
                schema: AttachmentBody.schemaVersion, body: body.json())
        }
    }

    private static var id: String {
        StableID.attachment(ticketID: ticketID, sha256: Hex.encode(SHA256.hash(photo)), name: "照片.exe")
    }

    private func bench() throws -> Bench {
        try Bench([
            .fallback(), .copy("audit"), .copy("blind", policy: FieldPolicy(drop: [.attachments])),
            .copy("other", matches: { _ in false }),
            .copy("hears", events: EventSelection(["ticket.attached"])),
        ])
    }

    private func shelve(_ bench: Bench) async throws {
        while try await bench.zone.pipeline.shelf.step() {}
    }

    private func get(_ port: Int, _ id: String, token: String, ticket: String = ticketID) async throws -> CurlResponse {
        try await CurlClient.shared.perform(
            CurlRequest(
                "GET", "http://127.0.0.1:\(port)/v1/tickets/\(ticket)/attachments/\(id)",
                headers: [(name: "Authorization", value: "Bearer token-of-\(token)")], maxResponseBytes: 2 << 20))
    }

    private func attachments(_ bench: Bench, for handler: String = "desk") async throws -> JSONElement? {
        let document = try await bench.zone.ticket(Self.ticketID, for: handler)
        return try JSONDocument.parse(document).root["handling"]?["attachments"]
    }

    @Test func whoSeesTheTicketFetchesTheSameBytesAndNobodyElse() async throws {
        let bench = try bench()
        try await bench.admit([.sample("A-1")])
        // In any order, and one of them twice.
        let pieces = Self.pieces()
        try await bench.admit([pieces[2], pieces[0], pieces[0], pieces[1]])
        #expect(try await attachments(bench)?[0]?["state"]?.string == "arriving")
        try await shelve(bench)
        let entry = try #require(try await attachments(bench)?[0])
        #expect(entry["state"]?.string == "available" && entry["media_type"]?.string == "image/jpeg")
        #expect(entry["path"]?.string == "/v1/tickets/\(Self.ticketID)/attachments/\(Self.id)")
        #expect(try await attachments(bench, for: "blind") == nil)
        let (photo, id) = (Self.photo, Self.id)
        try await bench.serving { port in
            let answer = try await get(port, id, token: "desk")
            #expect(answer.status == 200 && answer.body == photo)
            #expect(answer.header("content-type") == "image/jpeg", "by content, whatever it is called")
            #expect(answer.header("content-disposition") == "attachment; filename=\"\(id).jpg\"")
            #expect(answer.header("x-content-type-options") == "nosniff")
            #expect(try await get(port, id, token: "audit").status == 200)
            for (token, ticket, file) in [
                ("blind", Self.ticketID, id), ("other", Self.ticketID, id), ("desk", Self.ticketID, "nothing"),
                ("desk", IntakeTicket.id("A-2"), id), ("desk", Self.ticketID, "..%2F..%2Fetc%2Fpasswd"),
            ] {
                #expect(try await get(port, file, token: token, ticket: ticket).status == 404, "\(token) \(file)")
            }
            #expect(try await get(port, id, token: "nobody").status == 401)
        }
    }

    @Test func theTimelineSaysSoAndWhoAskedHearsIt() async throws {
        let bench = try bench()
        // The file first, as when the ticket was held.
        try await bench.admit(Self.pieces())
        try await shelve(bench)
        #expect(try await bench.texts("SELECT state FROM attachment") == ["available"])
        try await bench.admit([.sample("A-1")])
        try await shelve(bench)
        let steps = try await bench.zone.desk.trace(Self.ticketID).map(\.step)
        #expect(steps.filter { $0 == "attachment.available" }.count == 1)
        let event = try await bench.store.read {
            try Int64.fetchOne($0, sql: "SELECT id FROM event WHERE kind = 'ticket.attached'")
        }
        let queued = try await bench.texts(
            "SELECT h.name FROM delivery d JOIN event e ON e.id = d.event JOIN handler h ON h.id = d.handler WHERE e.kind = 'ticket.attached'"
        )
        #expect(queued == ["hears"])
        let hears = try #require(bench.zone.roster["hears"])
        let rendered = try await bench.zone.renderer.render([try #require(event)], for: hears)
        let root = try JSONDocument.parse(try #require(rendered.first)).root
        #expect(root["type"]?.string == "ticket.attached")
        #expect(root["data"]?["attachment"]?["attachment_id"]?.string == Self.id)
        #expect(try await bench.day().imbalances.isEmpty)
    }

    @Test func whatWillNotComeIsSaidOnTheTicket() async throws {
        let bench = try bench()
        try await bench.admit([.sample("A-1")])
        let url = "https://files.example/a.jpg"
        let id = StableID.attachment(ticketID: Self.ticketID, mediaURL: url)
        let notice = NoticeBody(
            .attachment(
                .init(
                    attachmentID: id, ticketID: Self.ticketID, name: "a.jpg", mediaURL: url, state: .failed,
                    code: "fetch.timeout", at: Bench.start)))
        let item = Item(
            id: id, channelID: IntakeTicket.channel, kind: .notice, createdAt: Bench.start,
            schema: NoticeBody.schemaVersion, body: notice.json())
        try await bench.admit([item, item])
        try await shelve(bench)
        let entry = try #require(try await attachments(bench)?[0])
        #expect(entry["state"]?.string == "failed" && entry["code"]?.string == "fetch.timeout")
        #expect(entry["media_url"]?.string == url && entry["path"] == nil)
        let steps = try await bench.zone.desk.trace(Self.ticketID).map(\.step)
        #expect(steps.filter { $0 == "attachment.failed" }.count == 1)
    }

    @Test func piecesThatAreNotTheFileAreNotGivenToAnybody() async throws {
        let bench = try bench()
        try await bench.admit([.sample("A-1")])
        try await bench.admit(Self.pieces())
        try await bench.store.commit {
            try $0.execute(sql: "UPDATE attachment_piece SET bytes = zeroblob(length(bytes)) WHERE number = 2")
        }
        try await shelve(bench)
        #expect(try await attachments(bench)?[0]?["state"]?.string == "damaged")
        #expect(try await bench.count("SELECT count(*) FROM attachment_piece") == 0)
        await #expect(throws: CaseError.self) {
            try await bench.zone.attachment(Self.id, of: Self.ticketID, for: "desk")
        }
    }

    @Test func anErasureTakesTheBytesAndTheSameFileBringsNothingBack() async throws {
        let bench = try bench()
        try await bench.admit([.sample("A-1"), .sample("A-2")])
        try await bench.admit(Self.pieces() + Self.pieces(of: "A-2"))
        try await shelve(bench)
        _ = try await bench.zone.erase([Self.ticketID], extent: .personal, reason: "request", by: "张敏")
        #expect(try await bench.texts("SELECT state FROM attachment ORDER BY id") == ["erased", "available"])
        #expect(try await bench.count("SELECT count(DISTINCT attachment) FROM attachment_piece") == 1)
        try await bench.admit(Self.pieces())
        try await shelve(bench)
        #expect(try await bench.texts("SELECT state FROM attachment ORDER BY id") == ["erased", "available"])
        #expect(try await bench.count("SELECT count(DISTINCT attachment) FROM attachment_piece") == 1)
        let findings = try StoreCheck(
            StoreReader(path: bench.folder.path + "/internal.db", schema: InternalSchema.schema),
            invariants: InternalInvariants.all
        ).run()
        #expect(findings.filter { $0.code.hasPrefix("attachment") }.isEmpty, "\(findings)")
        try await bench.store.commit { try $0.execute(sql: "DELETE FROM attachment_piece WHERE number = 2") }
        let broken = try StoreCheck(
            StoreReader(path: bench.folder.path + "/internal.db", schema: InternalSchema.schema),
            invariants: InternalInvariants.all
        ).run()
        #expect(broken.contains { $0.code == "attachment.whole" })
    }
}
