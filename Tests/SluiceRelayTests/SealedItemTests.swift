import GRDB
import SluiceBoundary
import SluiceConfig
import SluiceSDK
import SluiceStore
import SluiceTesting
import Testing

@testable import SluiceRelay

@Suite struct SealedItemTests {
    private let folder = TemporaryFolder()
    private let sealer: TicketSealer

    init() throws {
        _ = try KeyFiles.prepareSealing(
            .init(folder: folder("keys"), certificate: folder("sealing.crt"), copies: []))
        sealer = try TicketSealer(certificateAt: folder("sealing.crt"))
    }

    private func item(
        _ scope: SealingScope = .personal, change: (inout IntakeTicket) -> Void = { _ in }
    ) throws -> Item {
        let ticket = Tickets.ticket("a") {
            $0[.requesterPhone] = .string("13900001234")
            change(&$0)
        }
        let (body, sealed) = try sealer.session(scope, tickets: 1).seal(ticket)
        return Item(
            id: ticket.ticketID, channelID: "hotline-1", kind: .ticketOpened, createdAt: Tickets.time, body: body,
            sealed: sealed)
    }

    private func code(_ item: Item) -> String {
        ItemCheck(settings: ItemCheckTests.settings, direction: .inward).check(item).code
    }

    @Test(arguments: SealingScope.allCases)
    func aSealedTicketIsReleasedUnread(scope: SealingScope) throws {
        let item = try item(scope)
        #expect(code(item) == "ok")
        #expect(String(decoding: item.body, as: UTF8.self).contains("路灯") == (scope == .personal))
    }

    @Test func whatIsInClearIsCheckedAsBefore() throws {
        #expect(code(try item { $0[.description] = .string("路灯\u{202e}不亮") }) == "text.bidirectional")
        var unknown = try item()
        unknown.body = Array(
            String(decoding: unknown.body, as: UTF8.self).replacing("{\"schema", with: "{\"deadline\":1,\"schema").utf8)
        #expect(code(unknown) == "schema.unknown-field")
    }

    @Test func whatIsSealedMustNotStandInClearAsWell() throws {
        var both = try item()
        both.body = Tickets.ticket("a") { $0[.requesterPhone] = .string("13900001234") }.json()
        let finding = ItemCheck(settings: ItemCheckTests.settings, direction: .inward).check(both)
        #expect(finding.code == "sealed.in-clear")
        #expect(finding.reason.contains("requester.phone") && !finding.reason.contains("13900001234"))
    }

    @Test func underPersonalSealingTheTextMustBeThere() throws {
        var item = try item(.whole)
        item.sealed?.scope = .personal
        #expect(code(item) == "schema.required")
    }

    @Test func whatIsNotASealedMessageIsRejected() throws {
        var item = try item()
        item.sealed?.bytes = Array("13900001234".utf8)
        #expect(code(item) == "sealed.form")
        item = try self.item()
        item.sealed?.bytes += [0]
        #expect(code(item) == "sealed.form")
        item = try self.item()
        item.sealed?.bytes = [UInt8](repeating: 0x30, count: SealedPart.largest + 1)
        #expect(code(item) == "sealed.too-large")
    }

    @Test func onlyTicketsHaveASealedPart() throws {
        var reply = Tickets.reply("a")
        reply.sealed = try item().sealed
        #expect(
            ItemCheck(settings: ItemCheckTests.settings, direction: .outward).check(reply).code == "sealed.unexpected")
    }

    /// Ten tickets of one message.
    func shared(_ channel: String, from start: Int = 0) throws -> [Item] {
        let session = try sealer.session(.personal, tickets: 10)
        return try (start..<start + 10).map { number in
            let ticket = Tickets.ticket("\(channel)-\(number)", channel: channel) {
                $0[.requesterPhone] = .string("13900001234")
            }
            let (body, sealed) = try session.seal(ticket)
            return Item(
                id: ticket.ticketID, channelID: channel, kind: .ticketOpened, createdAt: Tickets.time, body: body,
                sealed: sealed)
        }
    }

    /// What stands in the quarantine of an item without the others is of no use without its key.
    @Test func anItemThatWasHeldTakesItsKeyAlong() async throws {
        let opener = try TicketOpener(folder: folder("keys"))
        let zones = try ThreeZones(opener: opener)
        let store = try zones.openRelay()
        let relay = zones.relay(store)
        try zones.send(try shared("hotline-1") + shared("hotline-12388"))
        _ = try await zones.run(relay) { try zones.external.receipts.count >= 1 }
        #expect(try zones.internalStore.taken == Array(1...10))
        let held = try await relay.desk.list(.held)
        #expect(held.count == 10)
        let detail = try await relay.desk.show(held[3].id)
        #expect(detail.sealed?.contains("to an unknown key") == false, "the desk names the key that it is sealed to")
        _ = try await relay.desk.release(held[3].id, by: "李")
        _ = try await relay.desk.release(held[7].id, by: "李")
        let done = try await zones.run(relay) { try zones.internalStore.taken.count == 12 }
        #expect(done)
        #expect(try zones.internalStore.taken == Array(1...10) + [14, 18])
        #expect(try zones.internalStore.texts("SELECT DISTINCT phone FROM taken") == ["13900001234"])
        let reader = try StoreReader(path: zones.folder("quarantine.db"), schema: RelaySchema.schema)
        #expect(try RelayInvariants.damagedLines(reader).isEmpty)
    }

    /// Without its key an item would stop everything behind it.
    @Test(arguments: [
        ("NULL", "item.key"), ("CAST(replace(keys, '\"key\"', '\"kez\"') AS BLOB)", "item.digest"),
        ("CAST('-1 {}' AS BLOB)", "item.key"), ("CAST('9000000000000000000 {}' AS BLOB)", "item.key"),
        ("CAST('60000 {}' AS BLOB)", "item.key"), ("CAST('{}' AS BLOB)", "item.key"),
    ])
    func aKeyThatIsMissingIsSeenAndItsItemIsNotReleased(damage: String, code: String) async throws {
        let zones = try ThreeZones()
        let store = try zones.openRelay()
        let relay = zones.relay(store)
        try zones.send(try shared("hotline-12388"))
        _ = try await zones.run(relay) { try !zones.external.verdicts.isEmpty }
        let reader = try StoreReader(path: zones.folder("quarantine.db"), schema: RelaySchema.schema)
        #expect(try RelayInvariants.damagedLines(reader).isEmpty)
        try store.write { try $0.execute(sql: "UPDATE batch SET keys = \(damage)") }
        #expect(try RelayInvariants.damagedLines(reader).map(\.code).contains(code))
        guard code == "item.key" else { return }
        let held = try #require(try await relay.desk.list(.held).first)
        await #expect { try await relay.desk.release(held.id, by: "李") } throws: {
            ($0 as? DeskError)?.code == "quarantine.damaged"
        }
        _ = try await relay.desk.reject(held.id, by: "李", reason: "钥匙丢了")
    }

    /// Two batches' items in one segment: each is joined to the key of its own.
    @Test func anItemThatIsPassedOnWithoutItsKeyStopsTheStream() async throws {
        let zones = try ThreeZones()
        let store = try zones.openRelay()
        let relay = zones.relay(store)
        try zones.send(try shared("hotline-12388"))
        _ = try await zones.run(relay) { try zones.external.verdicts.count == 1 }
        try zones.send(try shared("hotline-12388", from: 100))
        _ = try await zones.run(relay) { try zones.external.verdicts.count == 2 }
        _ = try await relay.desk.release(1, by: "李")
        _ = try await relay.desk.release(11, by: "李")
        try store.write { db in
            try db.execute(
                sql: """
                    UPDATE outbox SET content = CAST('external 1 2 2-2' AS BLOB)
                    WHERE type = 4 AND CAST(content AS TEXT) = 'external 1 2 1-2'
                    """)
            #expect(db.changesCount == 1)
        }
        let inlet = zones.neighbour(.internalToRelay, zones.internalStore, "external").1
        _ = try await zones.run(relay) { try await inlet.stop() != nil }
        let stop = try #require(try await inlet.stop())
        #expect(stop.code == "boundary.malformed" && stop.reason.contains("whoever passed the item on left out"))
        #expect(try zones.internalStore.taken.isEmpty)
    }

    @Test func anErasedItemLeavesNothingOfItsPassageBehind() async throws {
        let zones = try ThreeZones()
        let store = try zones.openRelay()
        let relay = zones.relay(store)
        let items = Array(try shared("hotline-1").prefix(2))
        try zones.send(items)
        let arrived = try await zones.run(relay) {
            if try zones.internalStore.taken.count < 2 { return false }
            return try store.isAcknowledged
        }
        #expect(arrived)
        func passages() throws -> [String] {
            try store.texts("SELECT CAST(content AS TEXT) FROM outbox WHERE type = 4 AND stream = 'relay-internal'")
        }
        #expect(try passages() == ["external 1 1 1-3"])
        for (item, left) in zip(items, [["external 1 1 1-1,3-3"], []]) {
            let order = ErasureBody(
                erasureID: "e-1", ticketID: item.id, channelID: item.channelID, externalID: "x", extent: .personal,
                carriers: [.init(itemID: item.id, createdAt: item.createdAt)], orderedAt: Tickets.time)
            #expect(try await RelayErasure(store: store, clock: { Tickets.time }).apply(order).isComplete)
            #expect(try passages() == left)
        }
    }

    @Test func aRefusalGoesOutwardAndNamesItsTicketRightly() throws {
        let refusal = RefusalBody(
            ticketID: Tickets.ticket("a").ticketID, channelID: "hotline-1", externalID: "a", revision: 1,
            code: "sealed.broken", reason: "it does not open", at: Tickets.time)
        func code(_ body: RefusalBody, id: String, _ direction: Direction = .outward) -> String {
            let item = Item(
                id: id, channelID: "hotline-1", kind: .refusal, createdAt: Tickets.time,
                schema: RefusalBody.schemaVersion, body: body.json())
            return ItemCheck(settings: ItemCheckTests.settings, direction: direction).check(item).code
        }
        #expect(code(refusal, id: refusal.id) == "ok")
        #expect(code(refusal, id: "another") == "stamp.id")
        #expect(code(refusal, id: refusal.id, .inward) == "kind.direction")
        var foreign = refusal
        foreign.externalID = "b"
        #expect(code(foreign, id: foreign.id) == "stamp.ticket-id")
        #expect(try RefusalBody(json: refusal.json()) == refusal)
    }
}
