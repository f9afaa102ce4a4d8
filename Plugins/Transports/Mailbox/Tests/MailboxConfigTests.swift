import SluiceSDK
import SluiceTesting
import Testing

@testable import MailboxTransport

@Suite struct MailboxConfigTests {
    private func issue(_ url: String, _ keys: [(String, ConfigLiteral)] = []) -> String? {
        do {
            _ = try Box.transport(url, keys)
            return nil
        } catch {
            return (error as? ConfigIssue)?.rule ?? "\(error)"
        }
    }

    @Test func plainConnectionsStayOnThisMachine() {
        #expect(issue("imap://127.0.0.1", [("tls", "none")]) == nil)
        #expect(issue("imap://localhost:143", [("tls", "none")]) == nil)
        #expect(issue("imap://mail.example.org", [("tls", "none")]) == "mailbox.plain")
        #expect(issue("imap://mail.example.org", [("tls", "none-on-trusted-network")]) == nil)
        #expect(issue("imaps://mail.example.org", [("tls", "none-on-trusted-network")]) == "mailbox.plain")
    }

    @Test(arguments: [
        "http://mail.example.org", "imaps://", "imaps://user@mail.example.org", "imaps://mail.example.org/INBOX",
        "imaps://mail.example.org;AUTH=*", "mail.example.org", "imaps://mail.example.org\r\nX",
    ])
    func addressesThatAreNoneAreRefused(_ url: String) {
        #expect(issue(url) == "mailbox.url")
    }

    @Test func whatDoesNotGoTogetherIsSaid() {
        #expect(issue("imaps://h", [("protocol", "pop3")]) == "mailbox.protocol")
        #expect(issue("imaps://h", [("after", "move")]) == "mailbox.moved-to")
        #expect(issue("imaps://h", [("moved_to", "x")]) == "mailbox.moved-to")
        #expect(issue("pop3s://h", [("after", "move"), ("moved_to", "x")]) == "mailbox.after")
        #expect(issue("pop3s://h", [("folder", "x")]) == "mailbox.folder")
        #expect(issue("imaps://h", [("after", "move"), ("moved_to", "x")]) == nil)
    }

    @Test(arguments: [
        ("INBOX", "INBOX"), ("已发送", "&XfJT0ZAB-"), ("R&D", "R&-D"), ("台北", "&U,BTFw-"), ("a/b 网", "a/b &f1E-"),
        ("\u{1F600}x", "&2D3eAA-x"),
    ])
    func folderNamesAreWrittenInModifiedUTF7(_ name: String, _ encoded: String) {
        #expect(FolderName(name).encoded == encoded)
    }

    @Test func aFolderNameBreaksOutOfNothing() {
        #expect(FolderName("a\" (UIDNEXT) \\").quoted == "\"a\\\" (UIDNEXT) \\\\\"")
        #expect(FolderName("a\r\nb").encoded == "a&AA0ACg-b")
        #expect(FolderName("a;UID=1/../b%0d").path == "a%3BUID%3D1%2F..%2Fb%250d")
    }

    @Test func answersAreReadWhateverStandsAroundThem() {
        let status = ImapAnswer.status("* STATUS \"a (UIDNEXT 9)\" (UIDNEXT 3 UIDVALIDITY 7)\r\n")
        #expect(status?.validity == 7 && status?.next == 3)
        #expect(ImapAnswer.status("* STATUS INBOX (UIDNEXT 0)") == nil)
        let letters = ImapAnswer.letters(
            "* 5 EXISTS\r\n* 1 FETCH (UID 7 RFC822.SIZE 12)\r\n* 2 FETCH (RFC822.SIZE 9 UID 8)\r\n* 1 FETCH (FLAGS ())\r\n"
        )
        #expect(letters.map(\.number) == [7, 8] && letters.map(\.size) == [12, 9])
        let popped = PopAnswer.letters(sizes: "1 10\r\n2 20\r\n", ids: "1 aa\r\n3 cc\r\n2 bb\r\n")
        #expect(popped.map(\.id) == ["aa", "bb"] && popped.map(\.size) == [10, 20])
    }

    @Test func checkpointsComeBackAsTheyWere() {
        for mark in [ImapMark(validity: 1, uid: 2, isKept: false), ImapMark(validity: 3, uid: 4, isKept: true)] {
            #expect(ImapMark(mark.text) == mark)
        }
        #expect(ImapMark("1 pop3 x") == nil && ImapMark("") == nil)
        var marks = PopMarks(checkpoint: nil)
        for id in ["a", "b"] { marks.add(id) }
        let again = PopMarks(checkpoint: marks.checkpoint)
        #expect(again.contains("a") && again.contains("b") && !again.contains("c") && again.count == 2)
        #expect(PopMarks(checkpoint: "1 imap 1 2").count == 0)
    }
}
