import SluiceSDK
import Testing

@testable import SluiceInternal

@Suite struct FieldMaskTests {
    @Test(arguments: [
        ("13812341234", "138****1234"), ("+86 138 1234 1234", "861****1234"), ("0632-3316666", "063****6666"),
        ("3316666", "***"), ("110", "***"), ("", "***"), ("分机八", "***"),
    ])
    func phonesKeepTheirEndsOnlyWhenMostStaysHidden(number: String, shown: String) {
        #expect(FieldMask.masked(number, of: .requesterPhone) == shown)
    }

    @Test func aShortNumberAndAShorterOneLookTheSame() {
        #expect(FieldMask.masked("12", of: .requesterPhone) == FieldMask.masked("1234567890", of: .requesterPhone))
    }

    @Test(arguments: [("张三", "张**"), ("张三丰", "张**"), ("欧阳娜娜丽", "欧**"), ("张", "***"), ("", "***")])
    func namesShowNothingOfTheirLength(name: String, shown: String) {
        #expect(FieldMask.masked(name, of: .requesterName) == shown)
    }

    @Test func everythingElseIsHiddenWhole() {
        #expect(FieldMask.masked("a@b.cn", of: .requesterEmail) == "***")
        #expect(FieldMask.masked(.strings(["一", "二", "三"]), of: .tags) == .strings(["***"]))
        #expect(FieldMask.masked(.number(34.5), of: .locationLat) == nil)
    }

    @Test func aPolicyMasksDropsAndLeavesTheRest() {
        let ticket = IntakeTicket.sample("A-1")
        let shown = FieldPolicy(mask: [.requesterName, .requesterPhone], drop: [.description]).applied(to: ticket)
        #expect(shown.text(.requesterName) == "张**")
        #expect(shown.text(.requesterPhone) == "138****1234")
        #expect(shown[.description] == nil)
        #expect(shown.text(.title) == ticket.text(.title))
        #expect(ticket.text(.requesterName) == "张三丰")
    }

    @Test func aFieldThatIsNotThereIsNotInvented() {
        var ticket = IntakeTicket.sample("A-1")
        ticket[.requesterEmail] = nil
        #expect(FieldPolicy(mask: [.requesterEmail]).applied(to: ticket)[.requesterEmail] == nil)
    }
}
