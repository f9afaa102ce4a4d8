import CurlKit
import Foundation
import GRDB
import SluiceRelay
import SluiceSDK
import SluiceStore
import SluiceTesting
import Synchronization
import Testing

/// A file that a citizen sends with a mail, until a handler has it.
@Suite(.serialized) struct AttachmentTests {
    private func gateway() async throws -> Gateway {
        let gateway = try await Gateway()
        try gateway.write("hotlines/hotline-mail.yaml", MailedFiles.channel)
        try await gateway.start()
        return gateway
    }

    @Test func theHandlerHasTheSameBytesAndALieStaysOutside() async throws {
        let gateway = try await gateway()
        let file = MailedFiles.pdf(700_000)
        let program = Array("MZ".utf8) + MailedFiles.pdf(2_000)
        #expect(try await gateway.push(MailedFiles.mail(1, [("../../证明.pdf", file), ("photo.jpg", program)])) == 200)
        try await eventually {
            let files = try await gateway.files(ofLetter: 1)
            return files["证明.pdf"]?.state == "available" && files["photo.jpg"]?.state == "rejected"
        }
        let files = try await gateway.files(ofLetter: 1)
        #expect(files["photo.jpg"]?.code == "attachment.type")
        let answer = try await gateway.fetch(files["证明.pdf"]?.path ?? "")
        #expect(answer.status == 200 && answer.body == file)
        #expect(answer.header("content-type") == "application/pdf")
        #expect(answer.header("x-content-type-options") == "nosniff")
        try await eventually { try await gateway.sluice(["reconcile"]).status == 0 }
        let checked = try await gateway.sluice(["store", "check"])
        #expect(checked.status == 0, "\(checked.output)")

        // Erased, in every byte of every file.
        let encoded = Base64.encode(Array("\(MailedFiles.marker)~~".utf8))
        for zone in ["external", "internal"] {
            #expect(try holds(MailedFiles.marker, gateway, zone), "before, \(zone)")
        }
        #expect(try quarantinedPieces(gateway) > 0, "before, relay")
        let erased = try await gateway.sluice([
            "tickets", "erase", "m1@example.org", "--reason", "request 17", "--by", "张敏",
        ])
        #expect(erased.status == 0, "\(erased)")
        for zone in ["internal", "relay", "external", "boundary"] {
            try await eventually { try !holds(MailedFiles.marker, gateway, zone) && !holds(encoded, gateway, zone) }
        }
        try await eventually { try quarantinedPieces(gateway) == 0 }
        #expect(try await gateway.fetch(files["证明.pdf"]?.path ?? "").status == 404)
        #expect(try await gateway.push(MailedFiles.mail(1, [("../../证明.pdf", file), ("photo.jpg", program)])) == 200)
        try await eventually { try await gateway.sluice(["reconcile"]).status == 0 }
        for zone in ["internal", "relay", "external", "boundary"] {
            #expect(try !holds(encoded, gateway, zone), "after a repeat, \(zone)")
            #expect(try !holds(MailedFiles.marker, gateway, zone), "after a repeat, \(zone)")
        }
        let after = try await gateway.sluice(["store", "check"])
        #expect(after.status == 0, "\(after.output)")
    }

    @Test func aFileAtAnAddressComesAndOneThatDoesNotIsSaidOnTheTicketAndTriedAgain() async throws {
        let isBack = Mutex(false)
        let files = try StubServer { request in
            request.target == "/photo" || isBack.withLock { $0 } ? .init(200, "%PDF-1.7 a receipt") : .init(404)
        }
        let gateway = try await Gateway()
        try gateway.write(
            "hotlines/hotline-mail.yaml",
            """
            id: hotline-mail
            name: files
            class: hotline
            level: municipal
            authority: test
            source: { type: http-push, path: /channels/mail, auth: { type: api-key, header: X-Key, key: "${env:TEST_KEY}" } }
            format: { type: json }
            attachments: { fetch: { hosts: [127.0.0.1], schemes: [http], networks: [127.0.0.0/8] } }
            ticket:
              external_id: $.no
              request_type: { const: help }
              requested_datetime: { const: "2026-01-05T09:00:00+08:00" }
              description: { const: "路灯不亮" }
              attachments: { each: "$.files[*]", name: $.name, media_url: $.url }

            """)
        try await gateway.start()
        let record =
            #"{"no":"m3@example.org","files":[{"name":"a.pdf","url":"http://127.0.0.1:\#(files.port)/photo"},"#
            + #"{"name":"b.pdf","url":"http://127.0.0.1:\#(files.port)/gone"},{"name":"c.pdf","url":"http://evil.example/x"}]}"#
        #expect(try await gateway.push(Array(record.utf8), type: "application/json") == 200)
        try await eventually {
            let found = try await gateway.files(ofLetter: 3).mapValues { $0.state + " " + $0.code }
            return found == ["a.pdf": "available ", "b.pdf": "failed fetch.status-404", "c.pdf": "failed fetch.host"]
        }
        let listed = try await gateway.sluice(["attachments", "--format", "json"])
        #expect(listed.output.contains("fetch.status-404") && listed.output.contains("fetch.host"), "\(listed)")
        let url = "http://127.0.0.1:\(files.port)/gone"
        let id = StableID.attachment(ticketID: MailedFiles.ticketID(3), mediaURL: url)
        isBack.withLock { $0 = true }
        let retried = try await gateway.sluice(["attachments", "retry", id, "--by", "张敏"])
        #expect(retried.status == 0, "\(retried)")
        try await eventually { try await gateway.files(ofLetter: 3)["b.pdf"]?.state == "available" }
        let path = try await gateway.files(ofLetter: 3)["b.pdf"]?.path ?? ""
        #expect(try await gateway.fetch(path).text == "%PDF-1.7 a receipt")
        let trace = try await gateway.sluice(["tickets", "trace", "m3@example.org"])
        #expect(trace.output.contains("attachment.failed") && trace.output.contains("attachment.available"), "\(trace)")
        let again = try await gateway.sluice(["attachments", "retry", id, "--by", "张敏"])
        #expect(again.status != 0 && again.errors.contains("attachment.not-failed"), "\(again)")
    }

    @Test func aKillBetweenPiecesLosesNothing() async throws {
        let gateway = try await gateway()
        let file = MailedFiles.pdf(5 << 20)
        #expect(try await gateway.push(MailedFiles.mail(2, [("large.pdf", file)])) == 200)
        for _ in 0..<4 {
            try await Task.sleep(for: .milliseconds(150))
            gateway.kill()
            try await gateway.start()
        }
        try await eventually { try await gateway.files(ofLetter: 2)["large.pdf"]?.state == "available" }
        let answer = try await gateway.fetch(try await gateway.files(ofLetter: 2)["large.pdf"]?.path ?? "")
        #expect(answer.status == 200 && answer.body == file)
        #expect(try await gateway.files(ofLetter: 2).count == 1)
        try await eventually { try await gateway.sluice(["reconcile"]).status == 0 }
    }

    /// Pieces of files whose bytes the relay has: they stand there packed, and over many pages.
    private func quarantinedPieces(_ gateway: Gateway) throws -> Int {
        let reader = try StoreReader(path: gateway.folder("data/relay/quarantine.db"), schema: RelaySchema.schema)
        return try reader.read {
            try Int.fetchOne($0, sql: "SELECT count(*) FROM item WHERE kind = 'attachment' AND length(line) > 0") ?? -1
        }
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
