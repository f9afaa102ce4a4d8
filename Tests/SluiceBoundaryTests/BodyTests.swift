import SluiceSDK
import Testing

@testable import SluiceBoundary

@Suite struct BodyTests {
    static let event = CaseEventBody(
        replyID: "r1", ticketID: "t1", channelID: "hotline-1", externalID: "编号 7", event: "replied", status: "replied",
        publicText: "已修好。\n谢谢", repliedAt: Timestamp(milliseconds: 1_790_000_000_123))
    static let notice = NoticeBody(
        .reply(
            .init(
                replyID: "r1", ticketID: "t1", state: .acknowledged, status: 200, excerpt: "{\"ok\":true}",
                at: Timestamp(milliseconds: 1_790_000_000_000))))

    @Test func bodiesReadBackAsTheyWereWritten() throws {
        #expect(try CaseEventBody(json: Self.event.json()) == Self.event)
        #expect(try NoticeBody(json: Self.notice.json()) == Self.notice)
    }

    @Test(arguments: [
        ("\"event\":\"replied\"", "\"event\":\"replied\",\"note\":\"internal\"", "schema.unknown-field"),
        ("\"event\":\"replied\"", "\"event\":\"replied\",\"event\":\"closed\"", "schema.duplicate-field"),
        ("\"event\":\"replied\"", "\"event\":\"deleted\"", "schema.choice"),
        ("\"event\":\"replied\",", "", "schema.required"),
        ("\"event\":\"replied\"", "\"event\":1", "schema.type"),
        ("\"schema_version\":\"1\"", "\"schema_version\":\"2\"", "schema.version"),
        ("\"schema_version\":\"1\",", "", "schema.required"),
        ("谢谢", "\\u0007", "text.control"),
        ("谢谢", "\u{202E}", "text.bidirectional"),
        ("2026-09-21T", "yesterday ", "schema.date-time"),
        ("\"t1\"", "\"t 1\"", "schema.name"),
        ("}", "", "json.syntax"),
    ])
    func aCaseEventThatIsNotQuiteOneIsRefused(find: String, replace: String, code: String) throws {
        let text = String(decoding: Self.event.json(), as: UTF8.self)
        let bad = text.replacing(find, with: replace)
        try #require(bad != text)
        #expect { try CaseEventBody(json: Array(bad.utf8)) } throws: { error in
            let found = (error as? BodyFault)?.code
            return found == code || (code == "json.syntax" && found == "schema.json")
        }
    }

    @Test func textIsCleanedBeforeItLeaves() throws {
        let notice = NoticeBody.ReplyNotice(
            replyID: "r", ticketID: "t", state: .failed,
            excerpt: "a\u{0}b\u{202E}" + String(repeating: "x", count: 1000),
            at: Timestamp(milliseconds: 0))
        #expect(notice.excerpt?.hasPrefix("abx") == true)
        #expect((notice.excerpt?.count ?? 0) <= 500)
        #expect(try NoticeBody(json: NoticeBody(.reply(notice)).json()).subject == .reply(notice))
    }
}
