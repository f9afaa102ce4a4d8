import DirectorySender
import SluiceSDK
import SluiceTesting
import Testing

@Suite struct DirectoryReplySenderTests {
    private let folder = TemporaryFolder()

    private static func reply(_ externalID: String = "A-1", id: String = "r1", text: String = "已修复") -> Reply {
        Reply(
            id: id, ticketID: "t1", channelID: "hotline-12345", externalID: externalID, event: "replied",
            status: "replied", publicText: text, repliedAt: "2026-01-05T09:30:00+08:00")
    }

    private func sender(
        name: String = "{reply.id}", path: String? = nil,
        body: ConfigLiteral = ["json": ["no": "{external_id}", "result": "{reply.public_text}"]], mode: String = "0640",
        charset: String = "utf-8"
    ) throws -> DirectoryReplySender {
        let config: ConfigLiteral = [
            "path": .text(path ?? folder.path), "name": .text(name), "body": body, "mode": .text(mode),
            "charset": .text(charset),
        ]
        return try DirectoryReplySender(
            Config(config, spec: DirectoryReplySender.spec.config), context: ChannelContext(channelID: "a"))
    }

    private func text(_ name: String) throws -> String { String(decoding: try readFile(folder(name)), as: UTF8.self) }

    private func code(_ body: () async throws -> Void) async -> String? {
        do {
            try await body()
            return nil
        } catch {
            return (error as? PluginError)?.code
        }
    }

    @Test func aReplyIsAWholeFileWithItsNameAndMode() async throws {
        let answer = try await sender(name: "{external_id}-{reply.id}.json", mode: "0604").send(Self.reply())
        #expect(answer.excerpt == "written as A-1-r1.json")
        #expect(names(in: folder.path) == ["A-1-r1.json"])
        #expect(try text("A-1-r1.json") == #"{"no":"A-1","result":"已修复"}"#)
        #expect(try mode(of: folder("A-1-r1.json")) == 0o604)
    }

    @Test func everyKindOfBodyIsWritten() async throws {
        for (body, expected): (ConfigLiteral, String) in [
            (["xml": "<r>{reply.public_text}</r>"], "<r>a &lt; b &amp; c</r>"),
            (["template": "<e>{external_id}</e>"], "<e>A-1</e>"),
            (["form": ["t": "{reply.public_text}"]], "t=a%20%3C%20b%20%26%20c"),
            (["text": "{reply.public_text}; {reply.replied_at|yyyy/M/d}"], "a < b & c; 2026/1/5"),
        ] {
            _ = try await sender(body: body).send(Self.reply(text: "a < b & c"))
            #expect(try text("r1") == expected)
        }
    }

    @Test func aFileIsWrittenInTheSourcesCharset() async throws {
        _ = try await sender(body: ["text": "答复={reply.public_text}"], charset: "gb18030").send(Self.reply())
        let gb18030 = try #require(Charset("gb18030"))
        #expect(try readFile(folder("r1")) == gb18030.encode("答复=已修复"))
        let other = try sender(body: ["text": "{reply.public_text}"], charset: "iso-8859-1")
        #expect(await code { _ = try await other.send(Self.reply(id: "r2")) } == "directory.charset")
        #expect(names(in: folder.path) == ["r1"])
    }

    @Test func aRepeatedReplyMakesNoSecondFile() async throws {
        let sender = try sender()
        for _ in 1...3 { _ = try await sender.send(Self.reply()) }
        _ = try await sender.send(Self.reply(id: "r2"))
        #expect(names(in: folder.path) == ["r1", "r2"])
    }

    @Test(arguments: [
        "..", ".", "../../etc/passwd", "/etc/passwd", "a/b", "a\\b", ".hidden", "\u{0}x", "a\nb", "%2e%2e", "~root",
        "-rf", "CON", "\u{202E}txt", "//",
    ])
    func noNumberOfTheSourceLeadsOutOfTheFolder(externalID: String) async throws {
        let inner = folder("inner")
        try makeFolder(inner)
        _ = try await sender(name: "{external_id}", path: inner).send(Self.reply(externalID))
        #expect(names(in: folder.path) == ["inner"])
        let made = try #require(names(in: inner).first)
        #expect(names(in: inner).count == 1 && !made.hasPrefix(".") && !made.contains("/"))
    }

    @Test func twoNumbersNeverMakeOneName() async throws {
        let numbers = [
            "a/b", "a%2Fb", "a_b", "a b", "a+b", "a.b", "..", "%2E.", "案1", "案１",
            String(repeating: "长", count: 300), String(repeating: "长", count: 301), String(repeating: "x", count: 500),
        ]
        let sender = try sender(name: "{external_id}.json")
        for number in numbers { _ = try await sender.send(Self.reply(number)) }
        #expect(names(in: folder.path).count == numbers.count)
        #expect(names(in: folder.path).contains("案1.json"))
    }

    @Test func whereRepliesOfATicketShareANameTheSecondWaitsForTheFirst() async throws {
        let sender = try sender(name: "{external_id}.json")
        _ = try await sender.send(Self.reply(text: "first"))
        _ = try await sender.send(Self.reply(text: "first"))
        #expect(await code { _ = try await sender.send(Self.reply(id: "r2", text: "second")) } == "directory.waiting")
        #expect(try text("A-1.json").contains("first"))
        try remove(folder("A-1.json"))
        _ = try await sender.send(Self.reply(id: "r2", text: "second"))
        #expect(try text("A-1.json").contains("second"))
    }

    @Test func aFolderThatIsNotThereIsWaitedFor() async throws {
        let path = folder("later")
        let sender = try sender(path: path)
        let error = await #expect(throws: PluginError.self) { try await sender.send(Self.reply()) }
        #expect(error?.code == "directory.missing" && error?.remedy == .notConnected)
        #expect(error?.reason.contains(path) == true)
        try makeFolder(path)
        _ = try await sender.send(Self.reply())
        #expect(names(in: path) == ["r1"])
    }

    @Test func aNameThatIsAFolderIsSaidAndNothingIsLeftBehind() async throws {
        try makeFolder(folder("r1"))
        let sender = try sender()
        #expect(await code { _ = try await sender.send(Self.reply()) } == "directory.failed")
        #expect(names(in: folder.path) == ["r1"])
    }

    @Test func whatAKilledAttemptLeftIsNoObstacle() async throws {
        let sender = try sender()
        let temporary = ".sluice-" + Hex.encode(SHA256.hash("r1").prefix(8))
        try writeFile(Array("half".utf8), folder(temporary))
        _ = try await sender.send(Self.reply())
        #expect(names(in: folder.path) == ["r1"])
    }

    @Test func aLinkThatLiesThereIsReplacedAndNotFollowed() async throws {
        let inner = folder("inner")
        try makeFolder(inner)
        try writeFile(Array("keep".utf8), folder("other"))
        try makeLink(inner + "/r1", to: folder("other"))
        try makeLink(inner + "/.sluice-" + Hex.encode(SHA256.hash("r1").prefix(8)), to: folder("other"))
        _ = try await sender(path: inner).send(Self.reply())
        #expect(try text("other") == "keep")
        #expect(names(in: inner) == ["r1"])
    }

    @Test func mistakesAreFoundWhenTheConfigurationIsLoaded() {
        for (name, mode, rule) in [
            ("fixed.json", "0640", "directory.name"), ("{reply.id}/a", "0640", "directory.name"),
            (".{reply.id}", "0640", "directory.name"), ("{nothing}", "0640", "template.unknown-name"),
            ("{reply.id}", "rw", "directory.mode"), ("{reply.id}", "4755", "directory.mode"),
            ("{external_id|yyyy}", "0640", "template.format"),
        ] {
            let issue = #expect(throws: ConfigIssue.self) { try sender(name: name, mode: mode) }
            #expect(issue?.rule == rule, "\(name) \(mode)")
        }
        #expect(throws: ConfigIssue.self) { try sender(body: ["json": "a", "xml": "b"]) }
    }
}
