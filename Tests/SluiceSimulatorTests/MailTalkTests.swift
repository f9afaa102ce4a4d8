import ServerKit
import SluiceSDK
import Testing

@testable import SluiceSimulator

/// Our own mail server's side of a talk.
@Suite struct MailTalkTests {
    /// The codes that the lines are answered with, and the letters that were taken.
    private func said(_ lines: [String], user: String? = "box") -> (codes: [String], letters: [String]) {
        var talk = MailTalk(account: user.map { SMTPServer.Account(user: $0, password: "secret") })
        var (codes, letters): ([String], [String]) = ([], [])
        for line in lines {
            let answer = talk.take(Array(line.utf8))
            if let text = answer.line { codes.append(String(text.prefix(3))) }
            if let letter = answer.letter { letters.append(String(decoding: letter, as: UTF8.self)) }
        }
        return (codes, letters)
    }

    private static func word(_ text: String) -> String { Base64.encode(Array(text.utf8)) }

    private static let letter = ["MAIL FROM:<a@x>", "RCPT TO:<b@x>", "DATA", "Subject: a", "", "..dot", "end", "."]

    @Test(arguments: [
        ["AUTH PLAIN \(word("\u{0}box\u{0}secret"))"], ["AUTH PLAIN", word("\u{0}box\u{0}secret")],
        ["AUTH LOGIN", word("box"), word("secret")], ["AUTH LOGIN \(word("box"))", word("secret")],
    ])
    func whoProvesHimselfSendsALetterAsItWas(_ login: [String]) {
        let (codes, letters) = said(["EHLO x"] + login + Self.letter + ["QUIT"])
        #expect(codes.suffix(6) == ["235", "250", "250", "354", "250", "221"])
        #expect(letters == ["Subject: a\r\n\r\n.dot\r\nend\r\n"])
    }

    @Test func whoDoesNotSendsNone() {
        let (codes, letters) = said(["AUTH PLAIN \(Self.word("\u{0}box\u{0}wrong"))"] + Self.letter)
        #expect(codes.prefix(2) == ["535", "530"])
        #expect(letters.isEmpty)
        #expect(said(["AUTH PLAIN not base64"]).codes == ["535"])
    }

    @Test func whereNobodyLogsInEverybodySends() {
        #expect(said(Self.letter + Self.letter, user: nil).letters.count == 2)
    }

    @Test func aLetterNeedsASenderAndARecipient() {
        #expect(said(["RCPT TO:<b@x>", "DATA", "WHAT"], user: nil).codes == ["503", "503", "502"])
    }
}
