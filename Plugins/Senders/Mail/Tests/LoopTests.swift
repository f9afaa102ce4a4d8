import MailSender
import SluiceSDK
import SluiceTesting
import Testing

@Suite struct LoopTests {
    @Test(arguments: ["bounce", "auto-reply", "own-address", "list", "no-answer", "anything else"])
    func whatNoPersonWroteIsNeverAnswered(_ kind: String) async throws {
        let sender = try Answer.sender("smtp://127.0.0.1:9")
        let origin = Answer.origin.merging(["automatic": kind]) { _, new in new }
        await expect("mail.automatic", .rejected) { _ = try await sender.send(Answer.reply(origin)) }
    }

    @Test func ourOwnAddressIsNotAnswered() async throws {
        let sender = try Answer.sender("smtp://127.0.0.1:9")
        let origin = Answer.origin.merging(["to": "Hotline@City.example"]) { _, new in new }
        await expect("mail.own-address", .rejected) { _ = try await sender.send(Answer.reply(origin)) }
    }

    @Test func aThreadEndsAfterSoManyAnswersOfOurs() async throws {
        let server = try await SMTPServer()
        let sender = try Answer.sender(server.url, [("most_in_thread", 2)])
        func thread(_ ids: String) -> Reply {
            Answer.reply(Answer.origin.merging(["references": ids]) { _, new in new })
        }
        _ = try await sender.send(thread("sluice.a@city.example 1@x sluice.b@elsewhere.example"))
        await expect("mail.thread", .rejected) {
            _ = try await sender.send(thread("sluice.a@city.example 1@x sluice.b@city.example"))
        }
    }

    @Test func nothingIsSentWhereNothingWasRemembered() async throws {
        let sender = try Answer.sender("smtp://127.0.0.1:9")
        await expect("mail.no-address", .rejected) { _ = try await sender.send(Answer.reply([:])) }
    }

    @Test func whatIsRememberedIsSaidInSelectorsOfTheFormat() throws {
        let standard = try MailReplySender.remembered(Answer.config("smtp://h"))
        #expect(standard.map(\.name) == ["to", "subject", "message_id", "references", "automatic"])
        #expect(standard[0].selectors == ["reply_to.address"])
        let own = try MailReplySender.remembered(
            Answer.config("smtp://h", [("remember", ["to": "$.email", "subject": "$.title"])]))
        #expect(own.map(\.name) == ["to", "subject"] && own.map(\.selectors) == [["$.email"], ["$.title"]])
    }

    @Test(arguments: [
        ("http://h", "mail.url"), ("smtp://", "mail.url"), ("smtp://user@h", "mail.url"), ("smtp://h/x", "mail.url"),
        ("smtp://mail.example.org", "mail.plain"), ("smtps://127.0.0.1", "mail.plain"),
    ])
    func addressesOfServersThatAreNoneAreRefused(_ url: String, _ rule: String) {
        let issue = #expect(throws: ConfigIssue.self) { try Answer.sender(url) }
        #expect(issue?.rule == rule)
    }

    @Test func halfALoginAndABadSenderAreRefused() {
        let half = #expect(throws: ConfigIssue.self) { try Answer.sender("smtp://127.0.0.1", [("user", "a")]) }
        #expect(half?.rule == "mail.login")
        let from = #expect(throws: ConfigIssue.self) { try Answer.sender("smtp://127.0.0.1", [("from", "a b")]) }
        #expect(from?.rule == "mail.from")
    }
}
