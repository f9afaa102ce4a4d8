import Foundation
import SluiceSDK
import SluiceTesting
import Testing

@testable import RemoteFilesTransport

@Suite struct RemoteFilesTests {
    private static let accepted = {
        var outcome = MessageOutcome()
        outcome.new = 1
        return outcome
    }()

    /// Takes so many messages and acknowledges them.
    private func take(
        _ count: Int, _ transport: RemoteFilesTransport, outcome: MessageOutcome = accepted
    ) async throws -> [InboundMessage] {
        try await transport.connect()
        var messages: [InboundMessage] = []
        for _ in 0..<count {
            let message = try #require(try await transport.next())
            try await message.acknowledge(outcome)
            messages.append(message)
        }
        return messages
    }

    private func isSilent(_ transport: RemoteFilesTransport) async -> Bool {
        let waiting = Task { try await transport.next() }
        try? await Task.sleep(for: .milliseconds(200))
        waiting.cancel()
        return (try? await waiting.value) == nil
    }

    @Test(arguments: RemoteBench.Kind.allCases)
    func filesComeInOrderAndMoveWhenTheyAreStored(kind: RemoteBench.Kind) async throws {
        let bench = try await RemoteBench(kind)
        try bench.put("b.csv", "2")
        try bench.put("a 'b\" c.csv", "1")
        try bench.put("c.txt", "3")
        let transport = try bench.channel([("pattern", "*.csv")])
        let messages = try await take(2, transport)
        #expect(messages.map(\.message.origin) == ["a 'b\" c.csv", "b.csv"])
        #expect(messages.map(\.message.bytes) == [Array("1".utf8), Array("2".utf8)])
        #expect(await isSilent(transport))
        #expect(names(in: bench.files) == ["c.txt", "done"])
        #expect(names(in: bench.files + "/done") == ["a 'b\" c.csv", "b.csv"])
        #expect(bench.reports.all == [])
    }

    @Test(arguments: [RemoteBench.Kind.sftp, .ftp])
    func nothingThatWasTakenIsOverwritten(kind: RemoteBench.Kind) async throws {
        let bench = try await RemoteBench(kind)
        let transport = try bench.channel()
        for text in ["1", "22", "22"] {
            try bench.put("a.csv", text)
            _ = try await take(1, transport)
        }
        let done = names(in: bench.files + "/done")
        #expect(done.count == 2)
        #expect(done.first == "a.csv")
        #expect(try readFile(bench.files + "/done/a.csv") == Array("1".utf8))
    }

    @Test(arguments: [RemoteBench.Kind.sftp, .ftp])
    func rejectedFileGoesToFailed(kind: RemoteBench.Kind) async throws {
        let bench = try await RemoteBench(kind)
        try bench.put("a.csv", "1")
        var rejected = MessageOutcome()
        rejected.rejected = 1
        _ = try await take(1, try bench.channel(), outcome: rejected)
        #expect(names(in: bench.files + "/failed") == ["a.csv"])
    }

    @Test(arguments: [RemoteBench.Kind.sftp, .ftp])
    func fileThatTookTheNameMeanwhileIsNotTouched(kind: RemoteBench.Kind) async throws {
        let bench = try await RemoteBench(kind)
        try bench.put("a.csv", "1")
        let transport = try bench.channel()
        try await transport.connect()
        let first = try #require(try await transport.next())
        try bench.put("a.csv", "other content")
        try await first.acknowledge(Self.accepted)
        #expect(names(in: bench.files) == ["a.csv"])
        let second = try #require(try await transport.next())
        #expect(second.message.bytes == Array("other content".utf8))
    }

    @Test(arguments: [RemoteBench.Kind.sftp, .ftp])
    func fileThatVanishesIsNoError(kind: RemoteBench.Kind) async throws {
        let bench = try await RemoteBench(kind)
        for name in ["a.csv", "b.csv", "c.csv"] { try bench.put(name, name) }
        let transport = try bench.channel()
        try await transport.connect()
        let first = try #require(try await transport.next())
        try remove(bench.files + "/a.csv")
        try remove(bench.files + "/b.csv")
        // Taken away before it was moved, and before it was fetched.
        try await first.acknowledge(Self.accepted)
        #expect(try await transport.next()?.message.origin == "c.csv")
    }

    @Test func keptFilesAreRememberedInTheCheckpoint() async throws {
        let bench = try await RemoteBench(.sftp, after: "keep")
        try bench.put("a.csv", "1")
        try bench.put("b.csv", "2")
        let checkpoint = try #require(try await take(2, try bench.channel()).last?.checkpoint)
        try bench.put("b.csv", "22")
        try bench.put("c.csv", "3")
        // The same content with another time is no message.
        _ = utimes(bench.files + "/a.csv", [timeval(tv_sec: 1, tv_usec: 0), timeval(tv_sec: 1, tv_usec: 0)])
        let later = try bench.channel(checkpoint: checkpoint)
        #expect(try await take(2, later).map(\.message.origin) == ["b.csv", "c.csv"])
        #expect(await isSilent(later))
        #expect(names(in: bench.files) == ["a.csv", "b.csv", "c.csv"])
    }

    @Test(arguments: [RemoteBench.Kind.sftp, .ftp])
    func subFoldersAreLookedIntoWhenAskedFor(kind: RemoteBench.Kind) async throws {
        let bench = try await RemoteBench(kind)
        try FileManager.default.createDirectory(
            atPath: bench.files + "/2026 年/01", withIntermediateDirectories: true)
        try bench.put("a.csv", "1")
        try bench.put("2026 年/01/b.csv", "2")
        let transport = try bench.channel([("recursive", true)])
        #expect(try await take(2, transport).map(\.message.origin) == ["2026 年/01/b.csv", "a.csv"])
        #expect(names(in: bench.files + "/2026 年/01/done") == ["b.csv"])
        // What was moved is not found again.
        #expect(await isSilent(transport))
    }

    @Test func namesInTheServersCharset() async throws {
        let bench = try await RemoteBench(.ftp)
        let name = try #require(Charset("gbk")).encode("工单乗\u{4E57}.csv")
        let path = (Array((bench.files + "/").utf8) + name + [0]).map(CChar.init(bitPattern:))
        let descriptor = open(path, O_CREAT | O_WRONLY, 0o644)
        write(descriptor, "1", 1)
        close(descriptor)
        let transport = try bench.channel([("charset_names", "gbk"), ("pattern", "工单*.csv")])
        #expect(try await take(1, transport).map(\.message.origin) == ["工单乗\u{4E57}.csv"])
        #expect(try FileManager.default.contentsOfDirectory(atPath: bench.files + "/done").count == 1)
    }

    @Test(arguments: [RemoteBench.Kind.sftp, .ftp])
    func growingFileWaitsUntilItsWriterIsDone(kind: RemoteBench.Kind) async throws {
        let bench = try await RemoteBench(kind)
        try bench.put("a.csv", "1")
        let transport = try bench.channel([("stable_for", "1h")])
        try await transport.connect()
        #expect(await isSilent(transport))
        #expect(names(in: bench.files) == ["a.csv"])
    }

    @Test(arguments: [RemoteBench.Kind.sftp, .ftp])
    func fileOverTheLimitIsLeftAndReportedOnce(kind: RemoteBench.Kind) async throws {
        let bench = try await RemoteBench(kind)
        try bench.put("a.csv", String(repeating: "x", count: 1001))
        try bench.put("b.csv", String(repeating: "x", count: 1000))
        var limits = ChannelLimits()
        limits.message = 1000
        let transport = try bench.channel(limits: limits)
        #expect(try await take(1, transport).map(\.message.origin) == ["b.csv"])
        #expect(await isSilent(transport))
        #expect(names(in: bench.files) == ["a.csv", "done"])
        #expect(bench.reports.all.count == 1)
        #expect(bench.reports.all.first?.contains("[remote-files.too-large] a.csv has 1001 bytes") == true)
    }

    @Test func linksAndUnfinishedNamesAreLeftAlone() async throws {
        let bench = try await RemoteBench(.sftp)
        symlink("/etc/passwd", bench.files + "/link.csv")
        for name in [".a.csv", "a.csv.tmp", "a.csv.FILEPART", "~$a.csv", "a.csv~"] { try bench.put(name, "1") }
        let transport = try bench.channel()
        try await transport.connect()
        #expect(await isSilent(transport))
        #expect(names(in: bench.files).count == 6)
    }

    @Test(arguments: ["../a.csv", "/etc/passwd", "a/b.csv", "..", ".", "", "a\u{0}b", "a\nb", "..\\a", "a\rb"])
    func namesThatLeadElsewhereAreNone(name: String) throws {
        let config = Config(["pattern": "*"], spec: RemoteFilesTransport.spec.config)
        #expect(try FileNameRules(config, charset: .utf8).text(Array(name.utf8)) == nil)
    }
}
