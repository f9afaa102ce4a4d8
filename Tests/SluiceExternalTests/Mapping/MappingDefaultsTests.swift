import SluiceConfig
import SluiceExternal
import SluiceSDK
import Testing

struct MappingDefaultsTests {
    private typealias Fixture = MappingFixture

    @Test func theGatewayFillsInWhatTheChannelDidNotSay() throws {
        let ticket = try Fixture.map("").ticket
        #expect(ticket.text(.updatedDatetime) == "2026-01-05T09:30:00+08:00")
        #expect(ticket.text(.requesterSubjectType) == "unknown")
        #expect(ticket.flag(.requesterIsAnonymous) == true)
        #expect(ticket.flag(.requesterReplyWanted) == true)
        #expect(ticket.text(.confidentiality) == "internal")
        #expect(ticket.text(.urgency) == "normal")
        #expect(ticket[.personalFields] == .strings([]))
        #expect(ticket[.ticketID] == nil)
    }

    @Test func whatTheChannelSaysStands() throws {
        let yaml =
            "urgency: { const: urgent }\nconfidentiality: { const: public }\nrequester.is_anonymous: { const: false }"
        let ticket = try Fixture.map(yaml).ticket
        #expect(ticket.text(.urgency) == "urgent")
        #expect(ticket.text(.confidentiality) == "public")
        #expect(ticket.flag(.requesterIsAnonymous) == false)
    }

    @Test func whoGaveANameIsNotAnonymousAndPersonalFieldsAreListed() throws {
        let yaml = "requester.phone: p\nrequester.name: n\nrespondent.name: r"
        let ticket = try Fixture.map(yaml, ["p": .text("13800000000"), "r": .text("某物业")]).ticket
        #expect(ticket.flag(.requesterIsAnonymous) == false)
        #expect(ticket.strings(.personalFields) == ["requester.phone", "respondent.name"])
    }
}
