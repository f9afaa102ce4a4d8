import DirectoryTransport
import Foundation
import SluiceSDK
import SluiceTesting
import Synchronization
import Testing

@Suite struct MaildirTests {
    private let folder = TemporaryFolder()

    init() throws {
        for sub in ["new", "cur", "tmp"] {
            try FileManager.default.createDirectory(atPath: folder(sub), withIntermediateDirectories: true)
        }
    }

    private func transport(_ after: String? = nil, layout: String = "maildir") throws -> DirectoryTransport {
        var entries: [(String, ConfigLiteral)] = [
            ("path", .text(folder.path)), ("layout", .text(layout)), ("every", "5ms"),
        ]
        if let after { entries.append(("after", .text(after))) }
        let value = ConfigValue(.map(entries.map { ConfigEntry(key: $0.0, value: $0.1.value) }))
        return try DirectoryTransport(
            Config(ConfigLiteral(value), spec: DirectoryTransport.spec.config), context: ChannelContext(channelID: "a"))
    }

    private func put(_ name: String, _ text: String = "x") throws { try writeFile(Array(text.utf8), folder(name)) }

    private func outcome(new: Int = 1, rejected: Int = 0) -> MessageOutcome {
        var outcome = MessageOutcome()
        (outcome.new, outcome.rejected) = (new, rejected)
        return outcome
    }

    @Test func whatNobodyHasReadIsTakenAndMarkedAsRead() async throws {
        try put("new/2.host", "second")
        try put("cur/1.host:2,F", "first")
        try put("cur/0.host:2,S", "read before")
        try put("cur/3.host:2,T", "thrown away")
        try put("tmp/4.host", "half")
        try put("new/.5.host", "hidden")
        let transport = try transport()
        try await transport.connect()
        for text in ["first", "second"] {
            let message = try #require(try await transport.next())
            #expect(message.message.bytes == Array(text.utf8))
            try await message.acknowledge(outcome())
        }
        #expect(names(in: folder("new")) == [".5.host"])
        #expect(names(in: folder("cur")) == ["0.host:2,S", "1.host:2,FS", "2.host:2,S", "3.host:2,T"])
        #expect(names(in: folder("tmp")) == ["4.host"])
    }

    @Test func nothingChangesBeforeTheJournalHasIt() async throws {
        try put("new/1.host")
        let first = try transport()
        try await first.connect()
        _ = try await first.next()
        #expect(names(in: folder("new")) == ["1.host"])
        let second = try transport()
        try await second.connect()
        let again = try #require(try await second.next())
        try await again.acknowledge(outcome())
        // Told twice, as after a crash.
        try await again.acknowledge(outcome())
        #expect(names(in: folder("cur")) == ["1.host:2,S"])
    }

    @Test func aMailThatAServerMovedMeanwhileIsFoundAgain() async throws {
        try put("new/1.host,S=1")
        let transport = try transport()
        try await transport.connect()
        let message = try #require(try await transport.next())
        try move(folder("new/1.host,S=1"), to: folder("cur/1.host,S=1:2,F"))
        try await message.acknowledge(outcome())
        #expect(names(in: folder("cur")) == ["1.host,S=1:2,FS"])
    }

    @Test func aMailThatIsGoneIsNoError() async throws {
        try put("new/1.host")
        let transport = try transport("delete")
        try await transport.connect()
        let message = try #require(try await transport.next())
        try remove(folder("new/1.host"))
        try await message.acknowledge(outcome())
    }

    @Test func deletedOrMovedIntoAFolderOfTheServer() async throws {
        try put("new/1.host")
        let deleting = try transport("delete")
        try await deleting.connect()
        try await deleting.next()?.acknowledge(outcome())
        #expect(names(in: folder("new")) == [] && names(in: folder("cur")) == [])
        try put("new/2.host")
        try put("new/3.host")
        let moving = try transport("move")
        try await moving.connect()
        try await moving.next()?.acknowledge(outcome())
        try await moving.next()?.acknowledge(outcome(new: 0, rejected: 1))
        #expect(names(in: folder(".done")) == ["cur", "new", "tmp"])
        #expect(names(in: folder(".done/cur")) == ["2.host:2,S"])
        #expect(names(in: folder(".failed/cur")) == ["3.host:2,S"])
    }

    @Test func aFolderThatIsNoMaildirIsSaid() async throws {
        try remove(folder("cur"))
        let transport = try transport()
        let error = await #expect(throws: PluginError.self) { try await transport.connect() }
        #expect(error?.code == "directory.missing")
    }

    @Test(arguments: [("keep", "maildir"), ("seen", "plain")])
    func combinationsThatMeanNothingAreRefused(_ after: String, _ layout: String) throws {
        let issue = #expect(throws: ConfigIssue.self) { try transport(after, layout: layout) }
        #expect(issue?.rule == "directory.after")
    }
}
