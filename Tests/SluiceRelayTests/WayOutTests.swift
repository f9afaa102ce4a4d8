import SluiceBoundary
import SluiceConfig
import SluiceSDK
import Testing

@testable import SluiceRelay

@Suite struct WayOutTests {
    private func code(_ item: Item, _ change: (inout WayOut) -> Void) -> String {
        var settings = ItemCheckTests.settings
        change(&settings.replies)
        return ItemCheck(settings: settings, direction: .outward).check(item).code
    }

    @Test func freeTextIsHeldOrKeptInsideWhereTheListSaysSo() {
        #expect(code(Tickets.reply("a")) { _ in } == "ok")
        #expect(code(Tickets.reply("a")) { $0.otherTexts = .review } == "review.reply")
        #expect(code(Tickets.reply("a")) { $0.texts = ["hotline-1": .never] } == "wayout.text")
        #expect(code(Tickets.reply("a")) { $0.texts = ["hotline-9": .never] } == "ok")
        #expect(code(Tickets.reply("a", text: "")) { $0.otherTexts = .never } == "ok", "a status without text may go")
    }

    @Test func onlyListedEventsLeave() {
        #expect(code(Tickets.reply("a")) { $0.events = ["returned"] } == "wayout.event")
        #expect(code(Tickets.reply("a")) { $0.events = ["replied"] } == "ok")
    }

    @Test func aFieldThatIsNotOnTheListLeavesByNoMeans() {
        var item = Tickets.reply("a")
        item.body.removeLast()
        item.body += Array(#","note":"内部意见"}"#.utf8)
        #expect(code(item) { _ in } == "schema.unknown-field")
    }
}
