import SluiceBoundary
import SluiceConfig
import SluiceSDK
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
