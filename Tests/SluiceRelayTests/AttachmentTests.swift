import GRDB
import SluiceBoundary
import SluiceConfig
import SluiceSDK
import SluiceStore
import SluiceTesting
import Testing

@testable import SluiceRelay

/// Files in the quarantine: judged whole, never before.
@Suite(.serialized) struct AttachmentTests {
    static let pdf = Array("%PDF-1.7\n".utf8) + (0..<600_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }

    static func items(
        _ file: [UInt8], name: String = "a.pdf", ticket: String = "n1", channel: String = "hotline-1",
        wantsReview: Bool = false, change: (inout AttachmentBody) -> Void = { _ in }
    ) -> [Item] {
        let ticketID = StableID.ticket(
            jurisdictionID: Tickets.jurisdiction, channelID: channel, externalID: ticket)
        let digest = Hex.encode(SHA256.hash(file))
        return (1...AttachmentBody.pieces(of: file.count)).map { number in
            var body = AttachmentBody(
                attachmentID: StableID.attachment(ticketID: ticketID, sha256: digest, name: name), ticketID: ticketID,
                channelID: channel, externalID: ticket, name: name, size: file.count, sha256: digest, piece: number,
                content: AttachmentBody.piece(number, of: file))
            let id = body.id
            change(&body)
            return Item(
                id: id, channelID: channel, kind: .attachment, createdAt: Tickets.time,
                schema: AttachmentBody.schemaVersion, wantsReview: wantsReview, body: body.json())
        }
    }

    private func contents(_ store: Store) throws -> [UInt8] {
        try store.texts(
            "SELECT body FROM taken WHERE body LIKE '{\"schema_version\":\"1\",\"attachment_id\"%' ORDER BY number"
        )
        .flatMap { try AttachmentBody(json: Array($0.utf8)).content }
    }

    @Test func aFileGoesOnWholeAndTheTicketBesideItDoesNotWait() async throws {
        let zones = try ThreeZones()
        let relay = zones.relay(try zones.openRelay())
        let pieces = Self.items(Self.pdf)
        try zones.send([Tickets.item("n1")] + pieces.dropLast())
        let ticketIsThere = try await zones.run(relay) { try zones.external.receipts == ["internal 1-1"] }
        #expect(ticketIsThere)
        #expect(try zones.internalStore.taken == [1])
        #expect(try zones.external.verdicts.suffix(2).allSatisfy { $0.hasSuffix("held attachment.incomplete") })
        try zones.send([pieces[2]])
        let done = try await zones.run(zones.relay(try zones.openRelay())) { try zones.internalStore.taken.count == 4 }
        #expect(done)
        #expect(try contents(zones.internalStore) == Self.pdf)
    }

    @Test(arguments: [
        ("MZ this is a program", "attachment.type"), ("<html><script>1</script>", "attachment.type"),
        ("\u{0}\u{1}", "attachment.type"),
    ])
    func aFileThatIsNotWhatItIsCalledStays(content: String, code: String) async throws {
        let zones = try ThreeZones()
        let relay = zones.relay(try zones.openRelay())
        try zones.send([Tickets.item("n1")] + Self.items(Array(content.utf8), name: "photo.jpg"))
        let done = try await zones.run(relay) {
            try zones.external.verdicts.contains("2-2 rejected \(code)") && !zones.internalStore.taken.isEmpty
        }
        #expect(done)
        #expect(try zones.internalStore.taken == [1])
    }

    @Test func piecesThatTogetherAreAnotherFileAreRejected() async throws {
        let zones = try ThreeZones()
        let relay = zones.relay(try zones.openRelay())
        // Signed by the producer, and a lie: one byte of the second piece is another.
        let lie = Self.items(Self.pdf) { if $0.piece == 2 { $0.content[5] ^= 1 } }
        try zones.send(lie)
        let done = try await zones.run(relay) {
            try zones.external.verdicts.filter { $0.hasSuffix("rejected attachment.digest") }.count == 3
        }
        #expect(done)
        #expect(try zones.internalStore.taken.isEmpty)
    }

    @Test func anotherFileUnderTheSameIdAndTooLargeOnesAreRejected() throws {
        var settings = RelaySettings(
            external: BoundaryPlaces(out: "", in: ""), internalSide: BoundaryPlaces(out: "", in: ""),
            channels: ChannelPolicies(others: .automatic), jurisdiction: Tickets.jurisdiction, timeZone: .shanghai)
        settings.attachments.size = 1000
        let check = ItemCheck(settings: settings, direction: .inward)
        #expect(check.check(Self.items(Self.pdf)[0]).code == "attachment.too-large")
        let small = Self.items(Array("%PDF-1".utf8))[0]
        #expect(check.check(small).code == "attachment.incomplete")
        #expect(check.check(Self.items(Array("%PDF-1".utf8)) { $0.channelID = "hotline-2" }[0]).code == "stamp.channel")
        #expect(check.check(Self.items(Array("%PDF-1".utf8)) { $0.externalID = "n2" }[0]).code == "stamp.ticket-id")
        #expect(check.check(Self.items(Array("%PDF-1".utf8)) { $0.content = [] }[0]).code == "attachment.erased")
        var renamed = small
        renamed.id = "other"
        #expect(check.check(renamed).code == "stamp.id")
        renamed.schema = "9"
        #expect(check.check(renamed).code == "schema.version")
    }

    @Test func aPersonReleasesAFileOfAReviewedChannelWholeAndNotBeforeItWasLookedAt() async throws {
        let zones = try ThreeZones()
        let store = try zones.openRelay()
        let relay = zones.relay(store)
        let pieces = Self.items(Self.pdf, channel: "hotline-12388")
        try zones.send(Array(pieces.dropLast()))
        _ = try await zones.run(relay) { try zones.external.verdicts.count == 2 }
        let piece = try #require(try await relay.desk.list(.held).first?.id)
        let early = await #expect(throws: DeskError.self) { try await relay.desk.release(piece, by: "李") }
        #expect(early?.code == "quarantine.attachment")
        #expect(try await relay.desk.held(QuarantineFilter(limit: 100)).isEmpty, "a release of many leaves it alone")
        try zones.send([pieces[2]])
        let waits = try await zones.run(relay) {
            try store.texts("SELECT state FROM attachment") == ["review"]
        }
        #expect(waits)
        #expect(try zones.internalStore.taken.isEmpty)
        #expect(try await relay.desk.held(QuarantineFilter(limit: 100)).map(\.id) == [piece], "one piece for the file")
        try await relay.desk.release(piece, by: "李")
        let done = try await zones.run(relay) { try zones.internalStore.taken.count == 3 }
        #expect(done)
        #expect(try contents(zones.internalStore) == Self.pdf)
    }

    @Test func whatTheExternalSideSendsAgainAfterARestoreSharesItsFate() async throws {
        let zones = try ThreeZones()
        let store = try zones.openRelay()
        let relay = zones.relay(store)
        try zones.send(Self.items(Self.pdf))
        _ = try await zones.run(relay) { try zones.internalStore.taken.count == 3 }
        // The same pieces under other numbers, not all of them.
        try zones.send(Array(Self.items(Self.pdf).prefix(2)))
        let done = try await zones.run(relay) { try zones.internalStore.taken.count == 5 }
        #expect(done)
        // And one that says other bytes.
        try zones.send(Self.items(Self.pdf) { $0.content[0] ^= 1 }.suffix(1))
        let refused = try await zones.run(relay) {
            try zones.external.verdicts.contains { $0.hasSuffix("rejected attachment.mismatch") }
        }
        #expect(refused)
    }

    @Test func anErasureTakesFilesThatWaitAndFilesThatPassed() async throws {
        let zones = try ThreeZones()
        let store = try zones.openRelay()
        let relay = zones.relay(store)
        try zones.send(Self.items(Self.pdf) + Self.items(Array("%PDF-2".utf8), name: "b.pdf", ticket: "n2"))
        _ = try await zones.run(relay) { try zones.internalStore.taken.count == 4 }
        try zones.send([Self.items(Self.pdf + [1], name: "half.pdf")[0]])
        _ = try await zones.run(relay) { try zones.external.verdicts.contains("5-5 held attachment.incomplete") }
        let ticketID = StableID.ticket(
            jurisdictionID: Tickets.jurisdiction, channelID: "hotline-1", externalID: "n1")
        let order = ErasureBody(
            erasureID: "e", ticketID: ticketID, channelID: "hotline-1", externalID: "n1", extent: .personal,
            carriers: [],
            orderedAt: Tickets.time)
        let erasure = RelayErasure(store: store, clock: { Tickets.time })
        let done = try await zones.run(relay) { try await erasure.apply(order).isComplete }
        #expect(done)
        let left = try store.texts("SELECT number || ' ' || (length(line) > 0) FROM item ORDER BY number")
        #expect(left == ["1 0", "2 0", "3 0", "4 1", "5 0"])
        #expect(try store.texts("SELECT state FROM attachment ORDER BY id") == ["released", "released", "rejected"])
    }
}

/// Files are scanned by a real clamd, and nothing passes while it says nothing.
@Suite(.serialized) struct AttachmentScanTests {
    private static let bad = Array("%PDF-1.7 ".utf8) + Array(Clamd.malware.utf8)

    private func gate(_ place: AttachmentLimits.Scan.Place) -> AttachmentGate {
        var gate = AttachmentGate()
        gate.scan = AttachmentLimits.Scan(place: place, time: .seconds(60))
        return gate
    }

    @Test func aFileWaitsForTheScannerAndTheTicketDoesNot() async throws {
        let folder = TemporaryFolder()
        let zones = try ThreeZones()
        let relay = zones.relay(
            try zones.openRelay(), attachments: gate(.socket(folder("clamd.sock"))), clock: { .now() })
        try zones.send([Tickets.item("n1")] + AttachmentTests.items(AttachmentTests.pdf))
        let waits = try await zones.run(relay) {
            try zones.internalStore.taken == [1] && relay.problems.contains { $0.contains("scanner") }
        }
        #expect(waits)
        let clamd = try await Clamd(folder: folder)
        let done = try await zones.run(relay) { try zones.internalStore.taken.count == 4 && relay.problems.isEmpty }
        #expect(done)
        withExtendedLifetime(clamd) {}
    }

    @Test func whatTheScannerFindsStaysAndIsNamed() async throws {
        let clamd = try await Clamd()
        let parts = clamd.address.split(separator: ":")
        let zones = try ThreeZones()
        let relay = zones.relay(
            try zones.openRelay(),
            attachments: gate(.address(host: String(parts[0]), port: try #require(Int(parts[1])))),
            clock: { .now() })
        try zones.send(
            [Tickets.item("n1")] + AttachmentTests.items(Self.bad)
                + AttachmentTests.items(AttachmentTests.pdf, name: "good.pdf"))
        let done = try await zones.run(relay) {
            try zones.internalStore.taken.count == 4
                && zones.external.verdicts.contains("2-2 rejected attachment.infected")
        }
        #expect(done)
        let reason = try zones.external.texts("SELECT reason FROM verdict WHERE code = 'attachment.infected'")
        #expect(reason == ["the scanner found Sluice.Test.UNOFFICIAL"])
        #expect(try zones.internalStore.taken == [1, 3, 4, 5])
    }

    @Test(
        arguments: [
            ("stream: OK", nil, true), ("stream: Win.Test-1 FOUND", "Win.Test-1", true),
            ("stream: a\"b FOUND", "a_b", true),
            ("INSTREAM size limit exceeded. ERROR", nil, false), ("stream: can't allocate ERROR", nil, false),
            ("", nil, false), ("OK", nil, false), ("stream: ", nil, false),
        ] as [(String, String?, Bool)])
    func onlyAPlainAnswerCounts(answer: String, found: String?, isAnswer: Bool) {
        let verdict = Result { try ClamdScanner.verdict(answer) }
        guard case .success(let name) = verdict else { return #expect(!isAnswer) }
        #expect(isAnswer && name == found)
    }
}
