import Foundation
import RemoteFilesSender
import SluiceSDK
import SluiceTesting
import Testing

@Suite struct RemoteFilesReplySenderTests {
    private func trouble(_ body: () async throws -> Void) async -> PluginError? {
        await #expect(throws: PluginError.self) { try await body() }
    }

    @Test(arguments: RemoteDropBench.Kind.allCases)
    func aReplyIsAWholeFileAndARepeatIsTheSameFile(kind: RemoteDropBench.Kind) async throws {
        let bench = try await RemoteDropBench(kind)
        let sender = try bench.sender([("name", "{external_id}-{reply.id}.json")])
        let answer = try await sender.send(RemoteDropBench.reply())
        #expect(answer.excerpt == "written as A-1-r1.json")
        #expect(bench.files == ["A-1-r1.json"])
        #expect(try bench.text("A-1-r1.json") == #"{"no":"A-1","result":"已修复"}"#)
        // By the same sender, and by another one after a restart.
        _ = try await sender.send(RemoteDropBench.reply())
        _ = try await bench.sender([("name", "{external_id}-{reply.id}.json")]).send(RemoteDropBench.reply())
        _ = try await sender.send(RemoteDropBench.reply(id: "r2"))
        #expect(bench.files == ["A-1-r1.json", "A-1-r2.json"])
        #expect(try bench.text("A-1-r1.json") == #"{"no":"A-1","result":"已修复"}"#)
    }

    @Test(arguments: [RemoteDropBench.Kind.sftp, .ftp])
    func noNumberOfTheSourceLeadsOutOfTheFolder(kind: RemoteDropBench.Kind) async throws {
        let bench = try await RemoteDropBench(kind)
        let sender = try bench.sender([("name", "{external_id}")])
        let numbers = [
            "..", ".", "../../etc/passwd", "/etc/passwd", "a/b", "a\\b", ".hidden", "a\nDELE b", "a\r\nRNTO b", "%2e",
            "\"; rm x", "a\" \"b", "*rm", "~root", "-rf", "\u{202E}txt", "//", "a b", "工单 1号",
            String(repeating: "长", count: 300),
        ]
        for number in numbers { _ = try await sender.send(RemoteDropBench.reply(number)) }
        #expect(names(in: bench.folder + "/..") == ["in"])
        #expect(bench.files.count == numbers.count)
        #expect(bench.files.allSatisfy { !$0.hasPrefix(".") })
        #expect(bench.files.contains("工单%201号"))
    }

    @Test(arguments: [RemoteDropBench.Kind.sftp, .ftp])
    func whereRepliesOfATicketShareANameTheSecondWaitsForTheFirst(kind: RemoteDropBench.Kind) async throws {
        let bench = try await RemoteDropBench(kind)
        let sender = try bench.sender([("name", "{external_id}.json")])
        _ = try await sender.send(RemoteDropBench.reply(text: "first"))
        _ = try await sender.send(RemoteDropBench.reply(text: "first"))
        for text in ["second", "2", "a longer text than the first one"] {
            let error = await trouble { _ = try await sender.send(RemoteDropBench.reply(id: "r2", text: text)) }
            #expect(error?.code == "remote-files.waiting" && error?.remedy == .retry(after: .zero))
        }
        #expect(bench.files == ["A-1.json"])
        #expect(try bench.text("A-1.json").contains("first"))
        try remove(bench.folder + "/A-1.json")
        _ = try await sender.send(RemoteDropBench.reply(id: "r2", text: "second"))
        #expect(try bench.text("A-1.json").contains("second"))
    }

    @Test(arguments: [RemoteDropBench.Kind.sftp, .ftp])
    func whatABrokenAttemptLeftIsOverwritten(kind: RemoteDropBench.Kind) async throws {
        let bench = try await RemoteDropBench(kind)
        let sender = try bench.sender()
        let temporary = ".sluice-" + Hex.encode(SHA256.hash("r1").prefix(8)) + ".part"
        try writeFile([UInt8](repeating: 0x78, count: 10_000), bench.folder + "/" + temporary)
        _ = try await sender.send(RemoteDropBench.reply())
        #expect(bench.files == ["r1"])
        #expect(try bench.text("r1") == #"{"no":"A-1","result":"已修复"}"#)
    }

    @Test(arguments: [RemoteDropBench.Kind.sftp, .ftp])
    func aFolderThatIsNotThereIsWaitedFor(kind: RemoteDropBench.Kind) async throws {
        let bench = try await RemoteDropBench(kind)
        let sender = try bench.sender([("url", .text(bench.url + "/later"))])
        let error = await trouble { _ = try await sender.send(RemoteDropBench.reply()) }
        #expect(error?.code == "remote-files.missing" && error?.remedy == .notConnected, "\(String(describing: error))")
        try makeFolder(bench.folder + "/later")
        _ = try await sender.send(RemoteDropBench.reply())
        #expect(names(in: bench.folder + "/later") == ["r1"])
    }

    @Test func aServerThatMayNotBeWrittenToSaysSo() async throws {
        let bench = try await RemoteDropBench(.ftp, options: ["write_enable=NO"])
        let error = await trouble { _ = try await bench.sender().send(RemoteDropBench.reply()) }
        #expect(error?.code == "remote-files.missing" && error?.remedy == .notConnected)
        #expect(bench.files == [])
    }

    @Test func anotherHostKeyGetsNoReply() async throws {
        let (bench, other) = (try await RemoteDropBench(.sftp), TemporaryFolder())
        try writeFile([], other("empty"))
        let error = await trouble {
            _ = try await bench.sender([("known_hosts", .text(other("empty")))]).send(RemoteDropBench.reply())
        }
        #expect(error?.code == "remote-files.host-key")
        #expect(bench.files == [])
    }

    @Test func aRefusedUserIsNotTriedAgainSoon() async throws {
        let bench = try await RemoteDropBench(.ftp)
        let auth: ConfigLiteral = [
            "type": "password", "user": .text(Vsftpd.user), "password": .text(Vsftpd.refusedPassword),
        ]
        let error = await trouble { _ = try await bench.sender([("auth", auth)]).send(RemoteDropBench.reply()) }
        #expect(error?.code == "remote-files.login" && error?.remedy == .retry(after: .seconds(600)))
    }

    @Test func theFilesTextAndNameAreInTheServersCharsets() async throws {
        let bench = try await RemoteDropBench(.ftp)
        let keys: [(String, ConfigLiteral)] = [
            ("charset", "gb18030"), ("charset_names", "gbk"), ("name", "回执-{reply.id}.txt"),
            ("body", ["text": "{reply.public_text}"]),
        ]
        _ = try await bench.sender(keys).send(RemoteDropBench.reply(text: "已修复\u{20000}"))
        let gbk = try #require(Charset("gbk"))
        let path = Array((bench.folder + "/").utf8) + (try gbk.encode("回执-r1.txt")) + [0]
        let file = open(path.map(CChar.init(bitPattern:)), O_RDONLY)
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 100)
        let count = read(file, &bytes, bytes.count)
        #expect(Array(bytes.prefix(max(0, count))) == (try #require(Charset("gb18030")).encode("已修复\u{20000}")))
    }

    @Test func aReplyThatItsCharsetCannotHoldIsRefused() async throws {
        let bench = try await RemoteDropBench(.ftp)
        let text = await trouble {
            _ = try await bench.sender([("charset", "big5")]).send(RemoteDropBench.reply(text: "\u{1F600}"))
        }
        #expect(text?.code == "remote-files.charset" && text?.remedy == .rejected)
        let name = await trouble {
            _ = try await bench.sender([("charset_names", "big5"), ("name", "{external_id}")])
                .send(RemoteDropBench.reply("\u{20000}"))
        }
        #expect(name?.code == "remote-files.name" && name?.remedy == .rejected)
        #expect(bench.files == [])
    }

    @Test func mistakesAreFoundWhenTheConfigurationIsLoaded() async throws {
        let bench = try await RemoteDropBench(.sftp)
        for (key, value, rule): (String, ConfigLiteral, String) in [
            ("name", "fixed.json", "remote-files.name"), ("name", "{reply.id}/a", "remote-files.name"),
            ("name", ".{reply.id}", "remote-files.name"), ("name", "{nothing}", "template.unknown-name"),
            ("body", ["json": "a", "xml": "b"], "remote-files.body"), ("charset", "klingon", "format.charset"),
            ("url", "sftp://u:p@h/", "files.url"), ("name", "{external_id|yyyy}", "template.format"),
        ] {
            let issue = #expect(throws: ConfigIssue.self) { _ = try bench.sender([(key, value)]) }
            #expect(issue?.rule == rule, "\(key)")
        }
    }
}
