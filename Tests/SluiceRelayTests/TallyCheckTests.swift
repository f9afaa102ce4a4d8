import SluiceBoundary
import SluiceSDK
import Testing

@testable import SluiceRelay

/// The relay takes the external side's tallies no more on trust than anything else.
@Suite struct TallyCheckTests {
    private func check(_ item: Item) -> String {
        ItemCheck(settings: ItemCheckTests.settings, direction: .inward).check(item).code
    }

    private func item(channel: String = "hotline-1") -> Item {
        let at = Timestamp(milliseconds: 1_790_000_000_000)
        let body = TallyBody(day: "2026-01-05", channelID: channel, counts: [.received: 1, .new: 1], at: at)
        return Item(
            id: body.id, channelID: channel, kind: .tally, createdAt: at, schema: TallyBody.schemaVersion,
            body: body.json())
    }

    @Test func aTallyIsReleasedEvenWhereTicketsAreReviewed() {
        #expect(check(item()) == "ok")
        #expect(check(item(channel: "hotline-12388")) == "ok")
    }

    @Test func oneThatSpeaksOfAnotherChannelOrDayIsRejected() {
        var other = item()
        other.channelID = "hotline-12388"
        #expect(check(other) == "stamp.channel")
        var day = item()
        day.id = "t-1"
        #expect(check(day) == "stamp.id")
        #expect(check(item(channel: "hotline-unknown")) == "channel.unknown")
    }

    @Test func oneWithAnythingElseInItIsRejected() {
        var item = item()
        item.body = Array(
            String(decoding: item.body, as: UTF8.self).replacing(#""received":1"#, with: #""received":1,"x":1"#).utf8)
        #expect(check(item) == "schema.unknown-field")
        item = self.item()
        item.schema = "2"
        #expect(check(item) == "schema.version")
    }
}
