import SluiceConfig
import SluiceSDK
import Testing

struct TicketFilterTests {
    private func handler(_ match: String) throws -> (filter: TicketFilter?, issues: [String]) {
        let fixture = try ConfigFixture([
            "handlers/rest.yaml": ConfigFixture.fallback,
            "handlers/a.yaml": ConfigFixture.handler("a", "role: owner\nmatch: \(match)"),
        ])
        let loaded = fixture.load()
        return (loaded.handlers.first { $0.id == "a" }?.match, loaded.issues.map(fixture.line))
    }

    private let ticket: IntakeTicket = {
        var ticket = IntakeTicket()
        ticket[.channelID] = .string("hotline-12345")
        ticket[.requestType] = .string("complaint")
        ticket[.title] = .string("小区电梯停运")
        ticket[.description] = .string("The LIFT of building 3 has stopped; 物业不管")
        ticket[.categoryPath] = .strings(["住房和城乡建设", "物业管理"])
        ticket[.locationDivisionCode] = .string("370403")
        ticket[.requesterIsAnonymous] = .boolean(true)
        return ticket
    }()

    @Test(arguments: [
        ("{ request_type: complaint }", true),
        ("{ request_type: [help, praise] }", false),
        ("{ category_path: 住房和城乡建设 }", true),
        ("{ category_path: 住房 }", false),
        ("{ category_path: { prefix: 住房 } }", true),
        ("{ location.division_code: { prefix: [\"3704\", \"3705\"] } }", true),
        ("{ requester.is_anonymous: true }", true),
        ("{ channel_id: hotline-12345 }", true),
        ("{ service_code: x }", false),
        ("{ text: [物业] }", true),
        ("{ text: lift }", true),
        ("{ text: 供暖 }", false),
        ("{ text: 停运The }", false),
        ("{ not: { text: 供暖 } }", true),
        ("{ request_type: complaint, text: 供暖 }", false),
        ("{ all: [ { request_type: complaint }, { any: [ { text: 供暖 }, { text: 电梯 } ] } ] }", true),
    ])
    func matches(_ match: String, _ expected: Bool) throws {
        let filter = try #require(try handler(match).filter)
        #expect(filter.matches(ticket) == expected)
    }

    @Test func mistakesAreNamed() throws {
        #expect(
            try handler("{ any: [ { reqest_type: complaint }, { request_type: complain } ] }").issues == [
                "handlers/a.yaml:5:19 error [handler.match] 'reqest_type' is not a field that can be matched; did you mean 'request_type'?",
                "handlers/a.yaml:5:61 error [handler.match] 'request_type' is never 'complain'; did you mean 'complaint'?",
            ])
        #expect(
            try handler("{ all: { text: x } }").issues == [
                "handlers/a.yaml:5:15 error [handler.match] 'all' is not a list of conditions; write all: [ { … }, { … } ]"
            ])
        #expect(
            try handler("{ service_code: { suffix: x } }").issues == [
                "handlers/a.yaml:5:24 error [handler.match] 'service_code' takes a value, a list or a prefix; write { prefix: … }"
            ])
        #expect(
            try handler("complaint").issues == [
                "handlers/a.yaml:5:8 error [handler.match] 'match' is not a map of conditions; "
                    + "write { field: value }, { text: [words] }, { all: […] }, { any: […] } or { not: … }"
            ])
        #expect(
            try handler("{ text: [] }").issues == [
                "handlers/a.yaml:5:16 error [handler.match] 'text' is not text or a list of texts; write text: [a, b]"
            ])
    }
}
