import Foundation
import SluiceSDK
import SluiceTesting
import Synchronization
import Testing

@testable import DirectoryTransport

@Suite struct DirectoryTransportTests {
    private let folder = TemporaryFolder()
    private let reports = Reports()

    private final class Reports: Sendable {
        let lines = Mutex<[String]>([])
    }

    private func transport(
        _ more: [(String, ConfigLiteral)] = [], limit: Int = 1000, checkpoint: String? = nil, path: String? = nil
    ) throws -> DirectoryTransport {
        let usual: [(String, ConfigLiteral)] = [
            ("path", .text(path ?? folder.path)), ("stable_for", "0s"), ("every", "5ms"), ("pattern", "*.csv"),
        ]
        let entries = usual.filter { entry in !more.contains { $0.0 == entry.0 } } + more
        let value = ConfigValue(.map(entries.map { ConfigEntry(key: $0.0, value: $0.1.value) }))
        var context = ChannelContext(channelID: "a", checkpoint: checkpoint) { [reports] line in
            reports.lines.withLock { $0.append(line) }
        }
        context.limits.message = limit
        return try DirectoryTransport(
            Config(ConfigLiteral(value), spec: DirectoryTransport.spec.config), context: context)
    }

    private func put(_ name: String, _ text: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: folder.path + "/" + name))
    }

    private func names(_ sub: String = "") -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder.path + sub)) ?? []).sorted()
    }

    /// Takes so many messages and acknowledges them, and makes sure that there is no further one.
    private func take(
        _ count: Int, from transport: DirectoryTransport, outcome: MessageOutcome = accepted
    ) async throws -> [InboundMessage] {
        try await transport.connect()
        var messages: [InboundMessage] = []
        for _ in 0..<count {
            guard let message = try await transport.next() else { break }
            try await message.acknowledge(outcome)
            messages.append(message)
        }
        #expect(await isSilent(transport))
        return messages
    }

    /// True when several looks at the folder find nothing.
    private func isSilent(_ transport: DirectoryTransport) async -> Bool {
        let waiting = Task { try await transport.next() }
        try? await Task.sleep(for: .milliseconds(60))
        waiting.cancel()
        return (try? await waiting.value) == nil
    }

    private static let accepted = {
        var outcome = MessageOutcome()
        outcome.new = 1
        return outcome
    }()

    @Test func filesComeInOrderAndMoveWhenTheyAreStored() async throws {
        try put("b.csv", "2")
        try put("a.csv", "1")
        try put("c.txt", "3")
        let messages = try await take(2, from: transport())
        #expect(messages.map(\.message.origin) == ["a.csv", "b.csv"])
        #expect(messages.map(\.message.bytes) == [Array("1".utf8), Array("2".utf8)])
        #expect(names() == ["c.txt", "done"])
        #expect(names("/done") == ["a.csv", "b.csv"])
    }

    @Test func oldestFirstWhenAskedFor() async throws {
        try put("a.csv", "new")
        try put("b.csv", "old")
        let long = Date(timeIntervalSince1970: 1_000_000)
        try FileManager.default.setAttributes([.modificationDate: long], ofItemAtPath: folder.path + "/b.csv")
        let messages = try await take(2, from: transport([("order", "mtime")]))
        #expect(messages.map(\.message.origin) == ["b.csv", "a.csv"])
    }

    @Test func fileOfWhichNothingWasTakenGoesToFailed() async throws {
        try put("a.csv", "?")
        var outcome = MessageOutcome()
        outcome.rejected = 3
        _ = try await take(1, from: transport(), outcome: outcome)
        #expect(names("/failed") == ["a.csv"])
    }

    @Test func nothingThatWasTakenIsOverwritten() async throws {
        for text in ["1", "2"] {
            try put("a.csv", text)
            _ = try await take(1, from: transport())
        }
        #expect(names("/done") == ["a.csv", "a.csv.1"])
        #expect(try String(contentsOfFile: folder.path + "/done/a.csv", encoding: .utf8) == "1")
    }

    @Test func deletedWhenAskedForAndOnlyAfterTheJournal() async throws {
        try put("a.csv", "1")
        let transport = try transport([("after", "delete")])
        try await transport.connect()
        let message = try #require(try await transport.next())
        #expect(names() == ["a.csv"])
        try await message.acknowledge(Self.accepted)
        #expect(names() == [])
        // Told twice, as after a crash.
        try await message.acknowledge(Self.accepted)
    }

    @Test func fileThatTookTheNameMeanwhileIsNotTouched() async throws {
        try put("a.csv", "1")
        let transport = try transport()
        try await transport.connect()
        let first = try #require(try await transport.next())
        try put("a.csv", "22")
        try await first.acknowledge(Self.accepted)
        #expect(names() == ["a.csv"])
        let second = try #require(try await transport.next())
        #expect(second.message.bytes == Array("22".utf8))
    }

    @Test func whatWasNotAcknowledgedComesAgainAfterReconnecting() async throws {
        try put("a.csv", "1")
        let transport = try transport()
        try await transport.connect()
        _ = try #require(try await transport.next())
        #expect(await isSilent(transport))
        let again = try await take(1, from: transport)
        #expect(again.map(\.message.origin) == ["a.csv"])
    }

    @Test func keptFilesAreRememberedInTheCheckpoint() async throws {
        try put("a.csv", "1")
        try put("b.csv", "2")
        let messages = try await take(2, from: transport([("after", "keep")]))
        #expect(names() == ["a.csv", "b.csv"])
        let checkpoint = try #require(messages.last?.checkpoint)
        // A restarted channel with that checkpoint takes what is new or changed, and nothing else.
        try put("b.csv", "22")
        try put("c.csv", "3")
        let later = try await take(2, from: transport([("after", "keep")], checkpoint: checkpoint))
        #expect(later.map(\.message.origin) == ["b.csv", "c.csv"])
    }

    @Test func checkpointForgetsFilesThatAreGone() async throws {
        try put("a.csv", "1")
        let transport = try transport([("after", "keep")])
        let first = try await take(1, from: transport)
        try FileManager.default.removeItem(atPath: folder.path + "/a.csv")
        try put("b.csv", "2")
        let second = try await take(1, from: transport)
        #expect(first[0].checkpoint?.count == second[0].checkpoint?.count)
    }

    @Test(arguments: [".a.csv", "a.csv.tmp", "a.csv.part", "a.CSV.FILEPART", "~$a.csv", "a.csv~"])
    func unfinishedNamesAreLeftAlone(name: String) async throws {
        try put(name, "1")
        _ = try await take(0, from: transport([("pattern", "*")]))
        #expect(names() == [name])
    }

    @Test func linksFoldersAndPipesAreNotFiles() async throws {
        try Data("secret".utf8).write(to: URL(fileURLWithPath: folder.path + "/target"))
        symlink(folder.path + "/target", folder.path + "/link.csv")
        mkdir(folder.path + "/folder.csv", 0o755)
        mkfifo(folder.path + "/pipe.csv", 0o644)
        _ = try await take(0, from: transport())
        #expect(names() == ["folder.csv", "link.csv", "pipe.csv", "target"])
    }

    @Test func fileOverTheLimitIsLeftAndReportedOnce() async throws {
        try put("a.csv", String(repeating: "x", count: 1001))
        try put("b.csv", String(repeating: "x", count: 1000))
        let messages = try await take(1, from: transport())
        #expect(messages.map(\.message.origin) == ["b.csv"])
        #expect(names() == ["a.csv", "done"])
        let lines = reports.lines.withLock { $0 }
        #expect(lines.count == 1)
        #expect(lines.first?.contains("directory.too-large") == true)
        #expect(lines.first?.contains("a.csv") == true)
    }

    @Test func growingFileWaitsUntilItsWriterIsDone() async throws {
        try put("a.csv", "1")
        let transport = try transport([("stable_for", "1h")])
        try await transport.connect()
        #expect(await isSilent(transport))
        #expect(names() == ["a.csv"])
    }

    @Test func missingFolderSaysWhatToDoAndIsFoundLater() async throws {
        let path = folder.path + "/later"
        let transport = try transport(path: path)
        let error = await #expect(throws: PluginError.self) { try await transport.connect() }
        #expect(error?.remedy == .notConnected)
        #expect(error?.code == "directory.missing")
        #expect(error?.reason.contains("make the folder") == true)
        mkdir(path, 0o755)
        try await transport.connect()
    }

    @Test func fileInPlaceOfTheFolderIsSaidSo() async throws {
        try put("a.csv", "1")
        let transport = try transport(path: folder.path + "/a.csv")
        let error = await #expect(throws: PluginError.self) { try await transport.connect() }
        #expect(error?.code == "directory.not-a-folder")
    }

    @Test func folderThatVanishesIsNotConnected() async throws {
        let transport = try transport()
        try await transport.connect()
        try FileManager.default.removeItem(atPath: folder.path)
        let error = await #expect(throws: PluginError.self) { try await transport.next() }
        #expect(error?.remedy == .notConnected)
    }

    @Test func namesNeedNotBeUTF8() async throws {
        let bytes: [UInt8] = Array((folder.path + "/").utf8) + [0xC9, 0xCF, 0xCE, 0xE7] + Array(".csv".utf8) + [0]
        let descriptor = open(bytes.map(CChar.init(bitPattern:)), O_CREAT | O_WRONLY, 0o644)
        write(descriptor, "1", 1)
        close(descriptor)
        let messages = try await take(1, from: transport())
        #expect(messages.count == 1)
        #expect(names("/done").count == 1)
    }

    @Test(arguments: ["a/b", "../*"]) func patternNamesNoOtherFolder(pattern: String) {
        let issue = #expect(throws: ConfigIssue.self) { try transport([("pattern", .text(pattern))]) }
        #expect(issue?.rule == "directory.pattern")
    }
}
