import MailSender
import SluiceSDK
import SluiceTesting
import Testing

/// Against a real SMTP server.
@Suite struct MailReplySenderTests {
    @Test func theAnswerStandsInTheThreadOfTheLetter() async throws {
        let server = try await SMTPServer()
        let sender = try Answer.sender(server.url, [("body", "{reply.public_text}\n编号 {ticket_id}")])
        let answer = try await sender.send(Answer.reply(text: "第一行\n.\n第二行"))
        #expect(answer.status == 250 && answer.excerpt.contains("Ok: 000000001"))
        let letter = try #require(server.letters.first)
        #expect(Answer.field("X-Envelope", letter) == "hotline@city.example wang@example.org")
        #expect(Answer.words(Answer.field("From", letter)) == "市民热线<hotline@city.example>")
        #expect(Answer.field("To", letter) == "<wang@example.org>")
        #expect(Answer.words(Answer.field("Subject", letter)) == "Re: 楼道照明")
        #expect(Answer.field("Date", letter) == "Mon, 05 Jan 2026 09:30:00 +0800")
        #expect(Answer.field("Message-ID", letter) == "<sluice.r1@city.example>")
        #expect(Answer.field("In-Reply-To", letter) == "<9@example.org>")
        #expect(Answer.field("References", letter) == "<1@x> <2@y> <9@example.org>")
        #expect(Answer.field("Auto-Submitted", letter) == "auto-replied")
        #expect(Answer.field("X-Auto-Response-Suppress", letter) == "All")
        #expect(Answer.text(letter) == "第一行\r\n.\r\n第二行\r\n编号 t1\r\n")
    }

    @Test func everyAttemptSendsTheSameBytes() async throws {
        let server = try await SMTPServer()
        let sender = try Answer.sender(server.url)
        for _ in 0..<2 { _ = try await sender.send(Answer.reply()) }
        #expect(server.letters.count == 2 && server.letters[0] == server.letters[1])
    }

    @Test func lettersGoOverTLSFromTheFirstByte() async throws {
        let server = try await SMTPServer(.implicit)
        let sender = try Answer.sender(server.url, [("tls", "required"), ("ca", .text(server.authority))])
        #expect(try await sender.send(Answer.reply()).status == 250)
        let stranger = try Answer.sender(server.url, [("tls", "required")])
        await expect("mail.tls", .notConnected) { _ = try await stranger.send(Answer.reply()) }
        #expect(server.letters.count == 1)
    }

    @Test func lettersGoOverTLSWithALogin() async throws {
        let server = try await SMTPServer(.startTLS, wantsLogin: true)
        let login: [(String, ConfigLiteral)] = [
            ("tls", "required"), ("ca", .text(server.authority)), ("user", .text(SMTPServer.user)),
        ]
        let sender = try Answer.sender(server.url, login + [("password", .text(SMTPServer.password))])
        #expect(try await sender.send(Answer.reply()).status == 250)
        let wrong = try Answer.sender(server.url, login + [("password", "wrong")])
        await expect("mail.login", .retry(after: .seconds(300))) { _ = try await wrong.send(Answer.reply()) }
        let stranger = try Answer.sender(server.url, [("tls", "required")])
        await expect("mail.tls", .notConnected) { _ = try await stranger.send(Answer.reply()) }
        let nobody = try Answer.sender(server.url, [("tls", "required"), ("ca", .text(server.authority))])
        await expect("mail.refused", .rejected) { _ = try await nobody.send(Answer.reply()) }
        #expect(server.letters.count == 1)
    }

    @Test func aServerWithoutTLSGetsNothing() async throws {
        let server = try await SMTPServer()
        let sender = try Answer.sender(server.url, [("tls", "required")])
        await expect("mail.tls", .notConnected) { _ = try await sender.send(Answer.reply()) }
    }

    @Test func refusalsSayWhetherToTryAgain() async throws {
        let server = try await SMTPServer()
        let sender = try Answer.sender(server.url)
        func to(_ address: String) -> Reply { Answer.reply(Answer.origin.merging(["to": address]) { _, new in new }) }
        await expect("mail.refused", .rejected) { _ = try await sender.send(to("refused@example.org")) }
        await expect("mail.busy", .retry(after: .seconds(60))) { _ = try await sender.send(to("busy@example.org")) }
        server.server.stop()
        await expect("mail.refused", .notConnected) { _ = try await sender.send(Answer.reply()) }
    }

    @Test(arguments: [
        "x@example.org\r\nBcc: all@example.org", "x@example.org>\r\nRCPT TO:<y@example.org", "<x@example.org>",
        "a@b@c", "@example.org", "x@", "x y@example.org", "王@example.org", "x@example.org,y@example.org",
        "x@[1.2.3.4]", "-oQ/tmp@example.org", "\"a b\"@example.org",
    ])
    func addressesThatCouldSayMoreGetNothing(_ address: String) async throws {
        let sender = try Answer.sender("smtp://127.0.0.1:9")
        let origin = Answer.origin.merging(["to": address]) { _, new in new }
        await expect("mail.bad-address", .rejected) { _ = try await sender.send(Answer.reply(origin)) }
    }

    @Test func nothingForeignAddsALineToTheHeader() async throws {
        let server = try await SMTPServer()
        let sender = try Answer.sender(server.url)
        var origin = Answer.origin
        origin["subject"] = "a\r\nBcc: all@example.org\r\n\r\nbody"
        origin["message_id"] = "1@x>\r\nBcc: <all@example.org"
        origin["references"] = "ok@x bad>@x \u{1}@x"
        _ = try await sender.send(Answer.reply(origin, id: "r1\r\nX-Bad: 1"))
        let letter = try #require(server.letters.first)
        #expect(Answer.field("Bcc", letter) == nil && Answer.field("X-Bad", letter) == nil)
        #expect(Answer.field("Subject", letter) == "Re: a Bcc: all@example.org  body")
        #expect(Answer.field("References", letter) == "<ok@x>")
        #expect(Answer.field("In-Reply-To", letter) == nil)
        #expect(Answer.field("Message-ID", letter) == "<sluice.r1X-Bad1@city.example>")
        #expect(Answer.text(letter) == "已修好。\r\n")
    }

    @Test func longSubjectsAreFoldedWithoutCuttingACharacter() async throws {
        let server = try await SMTPServer()
        let subject = String(repeating: "长", count: 100)
        let origin = Answer.origin.merging(["subject": "回复：Re: " + subject]) { _, new in new }
        _ = try await Answer.sender(server.url, [("subject", "{subject}")]).send(Answer.reply(origin))
        let letter = try #require(server.letters.first)
        #expect(Answer.words(Answer.field("Subject", letter)) == subject)
        #expect(letter.split(separator: "\r\n").allSatisfy { $0.utf8.count <= 78 })
    }

    @Test func longThreadsKeepTheirBeginningAndTheirEnd() async throws {
        let server = try await SMTPServer()
        let ids = (1...50).map { "\($0)@x" }
        let origin = Answer.origin.merging(["references": ids.joined(separator: " ")]) { _, new in new }
        _ = try await Answer.sender(server.url).send(Answer.reply(origin))
        let references = Answer.field("References", try #require(server.letters.first))?.split(separator: " ") ?? []
        #expect(references.count == 20 && references.first == "<1@x>" && references.last == "<9@example.org>")
    }
}

/// The error of an operation has this code and remedy.
func expect(
    _ code: String, _ remedy: PluginError.Remedy, _ body: () async throws -> Void,
    at location: SourceLocation = #_sourceLocation
) async {
    do {
        try await body()
        Issue.record("no error", sourceLocation: location)
    } catch let error as PluginError {
        #expect(error.code == code && error.remedy == remedy, "\(error)", sourceLocation: location)
    } catch {
        Issue.record("\(error)", sourceLocation: location)
    }
}
