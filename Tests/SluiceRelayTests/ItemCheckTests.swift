import SluiceBoundary
import SluiceConfig
import SluiceSDK
import Testing

@testable import SluiceRelay

@Suite struct ItemCheckTests {
    static let settings = RelaySettings(
        external: BoundaryPlaces(out: "", in: ""), internalSide: BoundaryPlaces(out: "", in: ""),
        channels: ChannelPolicies(named: ["hotline-1": .automatic, "hotline-12388": .review]),
        jurisdiction: Tickets.jurisdiction, timeZone: .shanghai)

    func inward(_ item: Item) -> String { ItemCheck(settings: Self.settings, direction: .inward).check(item).code }
    func outward(_ item: Item) -> String { ItemCheck(settings: Self.settings, direction: .outward).check(item).code }

    @Test func aTicketThatIsInOrderIsReleased() {
        #expect(inward(Tickets.item("a")) == "ok")
        #expect(outward(Tickets.reply("a")) == "ok")
    }

    @Test func theStricterOfTheTwoPoliciesWins() {
        #expect(inward(Tickets.item("a", wantsReview: true)) == "review.channel")
        #expect(inward(Tickets.item("a", channel: "hotline-12388")) == "review.relay")
    }

    @Test(arguments: [
        ("\"revision\":1", "\"revision\":1,\"deadline\":\"x\"", "schema.unknown-field"),
        ("\"revision\":1", "\"revision\":1,\"revision\":2", "schema.duplicate-field"),
        ("\"revision\":1", "\"revision\":\"1\"", "schema.type"),
        ("\"revision\":1,", "", "schema.required"),
        ("\"revision\":1", "\"revision\":0", "stamp.revision"),
        ("\"revision\":1", "\"revision\":9007199254740992", "schema.range"),
        ("\"schema_version\":\"1\"", "\"schema_version\":\"0\"", "schema.version"),
        ("\"370400\"", "\"110000\"", "stamp.jurisdiction"),
        ("\"external_id\":\"a\"", "\"external_id\":\"b\"", "stamp.ticket-id"),
        ("\"complaint\"", "\"rumour\"", "schema.choice"),
        ("路灯不亮", "路灯\\u202e不亮", "text.bidirectional"),
        ("路灯不亮", "路灯\\u0000不亮", "text.control"),
        ("路灯不亮", "e\\u0301", "text.not-nfc"),
        ("路灯不亮", "\\ud800", "schema.json"),
        ("{", "", "json.syntax"),
    ])
    func aTicketThatIsNotQuiteOneIsRejected(find: String, replace: String, code: String) throws {
        var item = Tickets.item("a")
        let text = String(decoding: item.body, as: UTF8.self)
        try #require(text.contains(find))
        item.body = Array(text.replacing(find, with: replace, maxReplacements: 1).utf8)
        #expect(inward(item).split(separator: ".").first == code.split(separator: ".").first)
        if code != "json.syntax" { #expect(inward(item) == code) }
    }

    @Test func invalidUTF8IsRejected() {
        var item = Tickets.item("a")
        item.body.insert(0xFF, at: item.body.count - 20)
        #expect(inward(item) == "schema.json")
    }

    @Test func stampsMustAgreeWithTheEnvelope() {
        var item = Tickets.item("a")
        item.id = Tickets.item("b").id
        #expect(inward(item) == "stamp.ticket-id")
        item = Tickets.item("a")
        item.channelID = "hotline-12388"
        #expect(inward(item) == "stamp.channel")
        item = Tickets.item("a")
        item.schema = "0"
        #expect(inward(item) == "stamp.schema")
    }

    @Test func whatGoesTheWrongWayIsRejected() {
        #expect(inward(Tickets.reply("a")) == "kind.direction")
        #expect(outward(Tickets.item("a")) == "kind.direction")
    }

    @Test func anUnknownChannelIsRejectedInBothDirections() {
        #expect(inward(Tickets.item("a", channel: "hotline-9")) == "channel.unknown")
        #expect(outward(Tickets.reply("a", channel: "hotline-9")) == "channel.unknown")
    }

    @Test func aReplyThatNamesAnotherTicketIsRejected() {
        var item = Tickets.reply("a")
        item.body = Tickets.reply("b").body
        #expect(outward(item) == "stamp.id")
    }

    @Test func nothingOfTheTextStandsInAReason() {
        let item = Tickets.item("a") { $0[.requesterName] = .string("张三\u{7}") }
        let finding = ItemCheck(settings: Self.settings, direction: .inward).check(item)
        #expect(finding.decision == .rejected)
        #expect(finding.reason.contains("requester.name"))
        #expect(!finding.reason.contains("张三"))
    }
}
