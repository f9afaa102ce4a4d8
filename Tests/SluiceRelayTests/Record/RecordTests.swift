import GRDB
import SluiceBoundary
@testable import SluiceRelay
import SluiceSDK
import SluiceStore
import SluiceTesting
import Testing

/// The quarantine with its record in a real PostgreSQL.
@Suite(.serialized) struct RecordTests {
    @Test func whatCameWasDecidedAndWasTakenStandsInTheRecordAndAddsUpToTheSame() async throws {
        let (host, zones) = (try await RecordHost(), try ThreeZones())
        let store = try zones.openRelay()
        let relay = zones.relay(store) { $0.record = host.place() }
        try zones.sendMixed()
        try zones.reply([Tickets.reply("a")])
        let done = try await zones.run(relay) {
            try zones.external.receipts.count == 2 && !zones.internalStore.receipts.isEmpty
        }
        #expect(done)
        let held = try await relay.desk.list(.held).map(\.id)
        try await relay.desk.release(held[0], by: "李")
        try await relay.desk.reject(held[1], by: "王", reason: "重复")
        #expect(try await zones.run(relay) { try zones.external.receipts.count == 3 })

        let states = try await host.states()
        #expect(
            states == [
                "external 1 taken", "external 2 taken", "external 3 rejected", "external 4 rejected",
                "external 5 taken",
                "internal 1 taken",
            ])
        #expect(try await RecordHost.states(store) == states)
        #expect(
            try await host.rows(
                """
                SELECT first, last, decision, code, by FROM sluice_quarantine.verdict WHERE producer = 'external'
                ORDER BY sequence
                """) == [
                    "1 1 released ok relay", "2 2 held review.relay relay", "3 3 rejected channel.unknown relay",
                    "4 4 held review.relay relay", "5 5 released ok relay", "2 2 released desk.released 李",
                    "4 4 rejected desk.rejected 王",
                ])
        // The lines as they came, and what proves where they come from.
        let lines = try await host.rows(
            "SELECT convert_from(line, 'UTF8') FROM sluice_quarantine.item WHERE producer = 'external' ORDER BY number")
        let ours = try await store.read {
            try String.fetchAll(
                $0, sql: "SELECT CAST(unpacked(line) AS TEXT) FROM item WHERE producer = 'external' ORDER BY number")
        }
        #expect(lines == ours && lines.count == 5)
        let proofs = try await host.rows(
            "SELECT octet_length(digests) % 32, octet_length(manifest) > 0 FROM sluice_quarantine.batch")
        #expect(!proofs.isEmpty && Set(proofs) == ["0 t"])
        #expect(try await codes(host, zones).isEmpty)
    }

    /// A record of version 1, with a batch in it, is brought up to date and goes on.
    @Test func keysThatItemsShareStandInTheRecordAndAnOlderOneGetsAPlaceForThem() async throws {
        let (host, zones) = (try await RecordHost(), try ThreeZones())
        for statement in [
            """
            INSERT INTO sluice_quarantine.batch (stream, epoch, batch, received_at, manifest, signature, digests)
                VALUES ('external-relay', 7, 7, now(), '', '', '')
            """, "ALTER TABLE sluice_quarantine.batch DROP COLUMN keys", "DELETE FROM sluice_quarantine.version",
            "INSERT INTO sluice_quarantine.version (number) VALUES (1)",
        ] { try await host.admin(statement) }
        let link = RecordLink(host.place())
        await #expect { try await link.open() } throws: { ($0 as? BoundaryError)?.code == "record.not-installed" }
        await link.close()
        try await BoundaryInstaller.install(host.layout, in: host.place("postgres"))
        let old = try await host.rows("SELECT octet_length(keys) FROM sluice_quarantine.batch WHERE epoch = 7")
        #expect(old == ["0"])

        let store = try zones.openRelay()
        let relay = zones.relay(store) { $0.record = host.place() }
        try zones.send(try SealedItemTests().shared("hotline-1"))
        #expect(try await zones.run(relay) { try zones.external.receipts.count == 1 })
        let theirs = try await host.rows(
            "SELECT encode(keys, 'hex') FROM sluice_quarantine.batch WHERE epoch = 1 AND stream = 'external-relay'")
        let ours = try await store.read {
            try String.fetchAll($0, sql: "SELECT lower(hex(keys)) FROM batch WHERE stream = 'external-relay'")
        }
        #expect(theirs == ours && theirs.count == 1 && theirs[0].count > 600)
    }

    private func isAlike(_ host: RecordHost, _ store: Store) async throws -> Bool {
        let (theirs, ours) = (try await host.states(), try await RecordHost.states(store))
        return theirs == ours && !ours.isEmpty
    }

    private func findings(_ host: RecordHost, _ zones: ThreeZones) async throws -> [StoreFinding] {
        let reader = try StoreReader(path: zones.folder("quarantine.db"), schema: RelaySchema.schema)
        return await RecordCheck(host.place()).run(reader)
    }

    private func codes(_ host: RecordHost, _ zones: ThreeZones) async throws -> [String] {
        try await findings(host, zones).map(\.code)
    }

    @Test func withoutItsRecordTheRelayReleasesNothingAndGoesOnWhenItIsBack() async throws {
        let (host, zones) = (try await RecordHost(), try ThreeZones())
        let store = try zones.openRelay()
        let relay = zones.relay(store) { $0.record = host.place() }
        try zones.sendMixed()
        #expect(try await zones.run(relay) { try zones.external.receipts.count == 2 })
        let held = try #require(try await relay.desk.list(.held).first?.id)

        host.server.stop()
        try zones.send((1...50).map { Tickets.item("n\($0)") })
        let isSaid = try await zones.run(relay) {
            relay.problems.contains { $0.contains("record cannot be written") }
                && relay.problems.contains { $0.contains("[record.away]") }
        }
        #expect(isSaid, "\(relay.problems)")
        #expect(try zones.internalStore.taken == [1, 5])
        await #expect { try await relay.desk.release(held, by: "李") } throws: {
            ($0 as? BoundaryError)?.code == "record.away"
        }
        #expect(try await codes(host, zones) == ["record.away"])

        try await host.server.start()
        #expect(try await zones.run(relay) { try zones.internalStore.taken.count == 52 && relay.problems.isEmpty })
        #expect(try zones.internalStore.taken == [1, 5] + Array(6...55))
        try await relay.desk.release(held, by: "李")
        #expect(try await zones.run(relay) { try zones.internalStore.taken.last == 2 })
        #expect(try await isAlike(host, store))
    }

    /// As when the process is killed after the server's commit and before its own.
    @Test func whatTheRecordHasAndTheRelayDidNotCommitComesOnceAndDecisionsAreTakenBack() async throws {
        let (host, zones) = (try await RecordHost(), try ThreeZones())
        let store = try zones.openRelay()
        var relay = zones.relay(store) { $0.record = host.place() }
        try zones.sendMixed()
        #expect(try await zones.run(relay) { try zones.external.receipts.count == 2 })
        try store.write {
            try $0.execute(sql: "CREATE TRIGGER stop BEFORE UPDATE ON record BEGIN SELECT RAISE(ABORT, 'killed'); END")
        }
        let held = try #require(try await relay.desk.list(.held).first?.id)
        await #expect(throws: (any Error).self) { try await relay.desk.release(held, by: "李") }
        #expect(try await host.states().contains("external 2 released"), "recorded, and never carried out")
        try zones.send([Tickets.item("f"), Tickets.item("g")])
        #expect(try await zones.run(relay) { try await host.states().contains("external 7 released") })
        #expect(try zones.internalStore.taken == [1, 5])

        // A new process over the same files.
        await relay.record?.close()
        try store.write { try $0.execute(sql: "DROP TRIGGER stop") }
        relay = zones.relay(store) { $0.record = host.place() }
        #expect(try await zones.run(relay) { try zones.internalStore.taken == [1, 5, 6, 7] })
        #expect(try await zones.run(relay) { try zones.external.receipts.count == 3 })
        let states = try await host.states()
        #expect(try await RecordHost.states(store) == states)
        #expect(states.contains("external 2 held"))
        #expect(
            try await host.rows(
                "SELECT DISTINCT ON (code) decision, code, by FROM sluice_quarantine.verdict WHERE first = 2 AND is_late"
            ) == ["released desk.released 李", "held record.not-carried-out relay"])
        #expect(try await host.rows("SELECT count(*) FROM sluice_quarantine.item") == ["7"])

        try await relay.desk.release(held, by: "李")
        #expect(try await zones.run(relay) { try zones.internalStore.taken.last == 2 })
        #expect(try await zones.run(relay) { try await isAlike(host, store) })
    }

    @Test func aRecordThatIsNewOrWasSetBackIsFilledBeforeAnythingGoesOn() async throws {
        let (host, zones) = (try await RecordHost(), try ThreeZones())
        let store = try zones.openRelay()
        try zones.sendMixed()
        let before = zones.relay(store)
        #expect(try await zones.run(before) { try zones.external.receipts.count == 2 })
        let held = try #require(try await before.desk.list(.held).first?.id)
        try await before.desk.reject(held, by: "王", reason: "重复")
        #expect(try await codes(host, zones) == ["record.new"])

        var relay = zones.relay(store) { $0.record = host.place() }
        try zones.send([Tickets.item("f")])
        #expect(try await zones.run(relay) { try zones.external.receipts.count == 3 })
        #expect(try await isAlike(host, store))
        #expect(try await host.states().count == 6)

        // A time without it.
        await relay.record?.close()
        try zones.send([Tickets.item("g", channel: "hotline-9")])
        let without = zones.relay(store)
        #expect(try await zones.run(without) { try zones.external.verdicts.contains("7-7 rejected channel.unknown") })
        #expect(try await codes(host, zones) == ["record.new"])
        relay = zones.relay(store) { $0.record = host.place() }
        #expect(try await zones.run(relay) { try await isAlike(host, store) })

        // As if the server had been restored from a backup.
        await relay.record?.close()
        try await host.admin("DELETE FROM sluice_quarantine.verdict WHERE sequence > 3")
        try await host.admin("DELETE FROM sluice_quarantine.item WHERE number > 5")
        for table in ["receipt", "batch"] {
            try await host.admin("DELETE FROM sluice_quarantine.\(table) WHERE batch > 1")
        }
        #expect(try await codes(host, zones) == ["record.behind"])
        relay = zones.relay(store) { $0.record = host.place() }
        let isWhole = try await zones.run(relay) {
            let isAlike = try await isAlike(host, store)
            return try await codes(host, zones).isEmpty && isAlike
        }
        #expect(isWhole)
    }

    @Test func whatDiffersIsNamed() async throws {
        let (host, zones) = (try await RecordHost(), try ThreeZones())
        let relay = zones.relay(try zones.openRelay()) { $0.record = host.place() }
        try zones.sendMixed()
        #expect(try await zones.run(relay) { try zones.external.receipts.count == 2 })
        try await host.admin(
            """
            INSERT INTO sluice_quarantine.verdict (producer, epoch, first, last, decision, code, reason, at, by, is_late)
            VALUES ('external', 1, 2, 2, 'released', 'forged', '', now(), 'nobody', true)
            """)
        let found = try await findings(host, zones)
        #expect(found.map(\.code) == ["record.state"])
        #expect(found.first?.reason.contains("2 held") == true, "\(found)")
        try await host.admin("DELETE FROM sluice_quarantine.batch WHERE stream = 'external-relay'")
        #expect(try await codes(host, zones) == ["record.missing"])
    }

    @Test func piecesOfAFileAreRecordedAsSignedAndJudgedWithIt() async throws {
        let (host, zones) = (try await RecordHost(), try ThreeZones())
        let store = try zones.openRelay()
        let relay = zones.relay(store) { $0.record = host.place() }
        try zones.send(
            AttachmentTests.items(AttachmentTests.pdf)
                + AttachmentTests.items(AttachmentTests.pdf, ticket: "n2", channel: "hotline-12388")
                + AttachmentTests.items(Array("MZ".utf8), ticket: "n3"))
        #expect(
            try await zones.run(relay) {
                try store.texts("SELECT state FROM attachment").sorted() == ["rejected", "released", "review"]
            })
        let piece = try #require(try await relay.desk.held(QuarantineFilter(limit: 1)).first?.id)
        try await relay.desk.release(piece, by: "李")
        #expect(try await zones.run(relay) { try await host.states().filter { $0.hasSuffix("taken") }.count == 6 })
        #expect(try await isAlike(host, store))
        // Whoever has the producer's key can prove every line: each is the one that its batch's digests speak of.
        let proven = try await host.rows(
            """
            SELECT count(*), bool_and(sha256(line) = substring(digests FROM line_index * 32 + 1 FOR 32))
            FROM sluice_quarantine.item i JOIN sluice_quarantine.batch b
                ON b.stream = i.stream AND b.epoch = i.batch_epoch AND b.batch = i.batch
            """)
        #expect(proven == ["7 t"])
    }

    @Test func aSecondRelayAndAnotherBatchInTheSamePlaceAreRefused() async throws {
        let host = try await RecordHost()
        let (first, second) = (RecordLink(host.place()), RecordLink(host.place()))
        _ = try await first.open()
        await #expect { try await second.open() } throws: { ($0 as? BoundaryError)?.code == "record.second-writer" }
        var rows = RecordRows()
        rows.batch = RecordRows.Batch(
            stream: "external-relay", position: BatchPosition(epoch: 1, batch: 1), receivedAt: Tickets.time,
            manifest: [1], signature: [2], digests: [])
        try await first.add(rows)
        try await first.add(rows)
        #expect(try await host.rows("SELECT count(*) FROM sluice_quarantine.batch") == ["1"])
        rows.batch?.manifest = [7]
        let other = rows
        await #expect { try await first.add(other) } throws: {
            ($0 as? BoundaryError)?.code == "record.differs"
        }
        await first.close()
        _ = try await second.open()
        await second.close()
    }

    private static func order(for item: Item) -> ErasureBody {
        ErasureBody(
            erasureID: "e-1", ticketID: item.id, channelID: item.channelID, externalID: "b", extent: .personal,
            carriers: [.init(itemID: item.id, createdAt: item.createdAt)], orderedAt: Tickets.time)
    }

    @Test func anErasureEmptiesTheLineInTheRecordTooAndSaysSo() async throws {
        let (host, zones) = (try await RecordHost(), try ThreeZones())
        let store = try zones.openRelay()
        let relay = zones.relay(store) { $0.record = host.place() }
        try zones.sendMixed()
        #expect(try await zones.run(relay) { try zones.external.receipts.count == 2 })
        let order = Self.order(for: Tickets.item("b", channel: "hotline-12388"))
        let erasure = RelayErasure(store: store, record: relay.record, clock: { Tickets.time })
        #expect(try await erasure.apply(order).rows == 1)
        #expect(
            try await host.rows("SELECT number, state FROM sluice_quarantine.item_state WHERE is_erased") == [
                "2 rejected"
            ])
        #expect(
            try await host.rows("SELECT producer, epoch, number FROM sluice_quarantine.erasure") == ["external 1 2"])
        #expect(try await erasure.apply(order).rows == 0)
        #expect(try await host.rows("SELECT count(*) FROM sluice_quarantine.erasure") == ["1"])
    }

    /// The record is restored from a backup, or was switched off, or quarantine.db has let the item go.
    @Test(arguments: ["restored", "off", "gone"])
    func anErasureReachesLinesThatQuarantineDBNoLongerHas(_ what: String) async throws {
        let (host, zones) = (try await RecordHost(), try ThreeZones())
        let store = try zones.openRelay()
        let relay = zones.relay(store) { $0.record = host.place() }
        try zones.sendMixed()
        #expect(try await zones.run(relay) { try zones.external.receipts.count == 2 })
        let order = Self.order(for: Tickets.item("b", channel: "hotline-12388"))
        let record = try #require(relay.record)
        try await record.prepare(store)
        let erasure = RelayErasure(store: store, record: what == "off" ? nil : record, clock: { Tickets.time })
        switch what {
        case "restored":
            #expect(try await erasure.apply(order).rows == 1)
            try await host.admin("UPDATE sluice_quarantine.item SET line = 'as it was' WHERE octet_length(line) = 0")
            #expect(try await erasure.apply(order).rows == 0)
        case "off":
            #expect(try await erasure.apply(order).rows == 1)
            #expect(try await host.rows("SELECT number FROM sluice_quarantine.item_state WHERE is_erased").isEmpty)
            try await QuarantineRecord.forget(in: store)
            try await record.prepare(store)
        default:
            try await store.commit {
                try $0.execute(sql: "DELETE FROM item WHERE item_id = ?", arguments: [order.ticketID])
            }
            #expect(try await erasure.apply(order).rows == 0)
        }
        #expect(try await host.rows("SELECT number FROM sluice_quarantine.item_state WHERE is_erased") == ["2"])
        await record.close()
    }

    @Test func onlyDaysGoOfWhichEveryItemHasItsEnd() async throws {
        let (host, zones) = (try await RecordHost(), try ThreeZones())
        let store = try zones.openRelay()
        let relay = zones.relay(store) { $0.record = host.place() }
        try zones.sendMixed()
        #expect(try await zones.run(relay) { try zones.external.receipts.count == 2 })
        try await host.age(by: 40)
        let link = RecordLink(host.place(), isWriter: false)
        let month = Duration.seconds(30 * 86_400)
        #expect(try await link.keepDays(age: month).isEmpty, "two items are held")
        for entry in try await relay.desk.list(.held) { try await relay.desk.reject(entry.id, by: "王", reason: "重复") }
        #expect(try await link.keepDays(age: .seconds(50 * 86_400)).isEmpty, "it is not old enough")
        #expect(try await link.keepDays(age: month).count == 1)
        #expect(try await host.states().isEmpty)
        #expect(try await host.rows("SELECT items FROM sluice_quarantine.dropped") == ["5"])
        // What the record has let go of is not missing in it, and comes back with nobody.
        let now = Timestamp.now().adding(.seconds(-40 * 86_400))
        try await store.commit { db in
            try db.execute(sql: "UPDATE batch SET received_at = ?", arguments: [now.milliseconds])
        }
        #expect(try await codes(host, zones).isEmpty)
    }

    @Test func behindAOneWayLinkADayNeedsNoReceipts() async throws {
        let host = try await RecordHost()
        let link = RecordLink(host.place())
        _ = try await link.open()
        func rows(_ number: Int, awaitsReceipt: Bool) -> RecordRows {
            var rows = RecordRows()
            rows.batch = RecordRows.Batch(
                stream: "external-relay", position: BatchPosition(epoch: 1, batch: number), receivedAt: Tickets.time,
                manifest: [1], signature: [2], digests: [])
            rows.items = [
                RecordRows.Item(
                    lineIndex: 1, producer: "external", epoch: 1, number: number, itemID: "t\0\(number)",
                    // As far as a line may count.
                    attempt: 1 << 53,
                    channelID: "a", kind: "ticket.opened", createdAt: Tickets.time, awaitsReceipt: awaitsReceipt,
                    line: [0, 255])
            ]
            let verdict = Verdict(
                range: ItemRange(producer: "external", epoch: 1, first: number, last: number), decision: .released,
                code: "ok", reason: "", at: Tickets.time)
            rows.decisions = [RecordRows.Decision(verdict, isLate: false)]
            return rows
        }
        try await link.add(rows(1, awaitsReceipt: true))
        try await host.age(by: 41)
        try await link.add(rows(2, awaitsReceipt: false))
        try await host.age(by: 40)
        #expect(try await host.states() == ["external 1 released", "external 2 released"])
        #expect(
            try await link.keepDays(age: .seconds(86_400)).isEmpty, "the older day waits, and the later one with it")
        try await host.admin("UPDATE sluice_quarantine.item SET awaits_receipt = false")
        #expect(try await link.keepDays(age: .seconds(86_400)).count == 2)
        await link.close()
    }
}
