import SluiceSDK
import SluiceTesting
import Testing

@Suite struct AutomaticMailTests {
    @Test(arguments: [
        (["Auto-Submitted: auto-replied"], "auto-reply"), (["Auto-Submitted: auto-generated (rejected)"], "auto-reply"),
        (["Precedence: auto_reply"], "auto-reply"), (["X-Autoreply: yes"], "auto-reply"),
        (["Subject: =?utf-8?B?6Ieq5Yqo5Zue5aSNOiDkvJHlgYc=?="], "auto-reply"),
        (["Content-Type: multipart/report; report-type=disposition-notification; boundary=b"], "auto-reply"),
        (["Content-Type: multipart/report; report-type=delivery-status; boundary=b"], "bounce"),
        (["Return-Path: <>"], "bounce"), (["From: MAILER-DAEMON@example.org"], "bounce"),
        (["X-Failed-Recipients: a@example.org"], "bounce"), (["From: Hotline <Hotline@City.example>"], "own-address"),
        (["Sender: hotline@city.example"], "own-address"),
    ])
    func mailThatNoPersonWroteIsRejected(_ headers: [String], _ kind: String) throws {
        let mail = Mail.letter(headers, body: "--b\r\n\r\nx\r\n--b--")
        let config: ConfigLiteral = ["own": ["hotline@city.example"]]
        #expect(try Mail.code(mail, config) == "email.\(kind)")
        #expect(try Mail.text("automatic", mail, ["own": ["hotline@city.example"], "automatic": "take"]) == kind)
    }

    @Test(arguments: [
        (["List-Id: <news.example.org>"], "list"), (["Precedence: bulk"], "list"),
        (["X-Auto-Response-Suppress: All"], "no-answer"),
    ])
    func mailThatIsNotToBeAnsweredIsTakenAndSaysSo(_ headers: [String], _ kind: String) throws {
        #expect(try Mail.text("automatic", Mail.letter(headers)) == kind)
    }

    @Test(arguments: [
        ["Auto-Submitted: no"], ["X-Auto-Response-Suppress: None"], ["Return-Path: <wang@example.org>"],
        ["Precedence: normal"],
        ["Subject: 关于自动回复功能的投诉"],
    ])
    func lettersOfPeopleAreNot(_ headers: [String]) throws {
        #expect(try Mail.select("automatic", Mail.letter(headers), ["own": ["hotline@city.example"]]) == .missing)
    }
}
