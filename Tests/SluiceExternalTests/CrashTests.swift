import Foundation
import Glibc
@testable import SluiceExternal
import SluiceSDK
import SluiceStore
import SluiceTesting
import Testing

/// Messages that take the process down, with real processes that really die.
@Suite(.serialized) struct CrashTests {
    private let folder = TemporaryFolder()

    init() throws {
        let config = """
            id: fragile
            name: fragile
            class: hotline
            level: municipal
            authority: test
            source: { type: directory, path: "${env:FOLDER}/inbox", stable_for: 10ms, every: 20ms, after: move }
            format: { type: fragile }
            ticket:
              external_id: line
              request_type: { const: help }
              requested_datetime: { const: "2026-01-05T09:00:00+08:00" }
              description: line

            """
        for path in ["/config/hotlines", "/inbox"] {
            try FileManager.default.createDirectory(atPath: folder.path + path, withIntermediateDirectories: true)
        }
        try write(config, to: "/config/hotlines/fragile.yaml")
    }

    @Test(arguments: [("TRAP", [SIGTRAP, SIGILL]), ("SEGFAULT", [SIGSEGV])])
    func aMessageThatKillsTheProcessTwiceIsNotDecodedAThirdTime(_ mark: String, _ signals: [Int32]) async throws {
        try write("\(mark)\n", to: "/inbox/a-bad.txt")
        for _ in 0..<2 {
            let child = try start()
            try await eventually { child.end != nil }
            let end = try #require(child.end)
            #expect(signals.contains { end == .signalled($0) }, "ended by \(end)")
        }
        try write("路灯不亮\n", to: "/inbox/b-good.txt")
        let child = try start()
        defer { child.signal(SIGTERM) }
        try await eventually { isDone("b-good.txt") && isDone("a-bad.txt") }
        #expect(child.end == nil)
        let store = try ExternalStore.open(folder: folder.path + "/data")
        let reject = try #require(try RejectDesk(store: store).list().first)
        #expect(reject.fault.code == "crash")
        #expect(reject.bytes == Array("\(mark)\n".utf8))

        // Once on the desk it is known for good: the same file again is not decoded either.
        try write("\(mark)\n", to: "/inbox/c-again.txt")
        try await eventually { isDone("c-again.txt") }
        #expect(child.end == nil)
        #expect(try RejectDesk(store: store).list().count == 1)
    }

    @Test func aMessageThatWasInHandBesideTheGuiltyOneIsTakenWhenItIsDecodedAlone() throws {
        let path = folder.path + "/in-hand"
        let (guilty, bystander) = (SHA256.hash("guilty"), SHA256.hash("bystander"))
        try CrashRecord.die(with: [guilty, bystander], at: path)
        let second = try CrashRecord(path: path, condemned: [])
        #expect(second.decode(bystander) { _ in 1 } == 1)
        try CrashRecord.die(with: [guilty], at: path)
        let third = try CrashRecord(path: path, condemned: [])
        #expect(third.decode(bystander) { _ in 1 } == 1)
        #expect(third.decode(guilty) { _ in 1 } == nil)
    }

    @Test func aDeathWhileAPartIsCommittedIsNotBlamedOnTheMessage() throws {
        let (path, digest) = (folder.path + "/in-hand", SHA256.hash("large"))
        for _ in 0..<3 {
            let record = try CrashRecord(path: path, condemned: [])
            let copied: Void? = try record.decode(digest) { inHand in
                try inHand.aside { try FileManager.default.copyItem(atPath: path, toPath: path + ".copy") }
            }
            #expect(copied != nil)
            try FileManager.default.removeItem(atPath: path)
            try FileManager.default.moveItem(atPath: path + ".copy", toPath: path)
        }
        // Behind it the message is in hand again.
        let record = try CrashRecord(path: path, condemned: [])
        let marks = record.decode(digest) { inHand in
            let before = isInHand(path)
            let aside = inHand.aside { isInHand(path) }
            return [before, aside, isInHand(path)]
        }
        #expect(marks == [true, false, true])
    }

    @Test func aRejectThatAPersonReplayedIsDecodedAgain() throws {
        let digest = SHA256.hash("mended")
        let record = try CrashRecord(path: folder.path + "/in-hand", condemned: [digest])
        #expect(record.decode(digest) { _ in 1 } == nil)
        record.acquit(digest)
        #expect(record.decode(digest) { _ in 1 } == 1)
    }

    @Test func whatWasDecodedLeavesNothingBehind() throws {
        let path = folder.path + "/in-hand"
        let record = try CrashRecord(path: path, condemned: [])
        for number in 0..<5000 { #expect(record.decode(SHA256.hash("\(number)")) { _ in number } == number) }
        for _ in 0..<2 { _ = try CrashRecord(path: path, condemned: []) }
        let later = try CrashRecord(path: path, condemned: [])
        #expect(later.decode(SHA256.hash("7")) { _ in 1 } == 1)
    }

    // MARK: - Pieces

    /// Whether the file says of any message that it is being decoded.
    private func isInHand(_ path: String) -> Bool {
        guard let bytes = FileManager.default.contents(atPath: path) else { return false }
        return stride(from: 0, to: bytes.count, by: 64).contains {
            bytes[$0] == UInt8(ascii: "S") && bytes[$0 + 1] == 1
        }
    }

    private func start() throws -> ChildProcess {
        let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let folders = [own, CommandLine.arguments[0]].map { ($0 as NSString).deletingLastPathComponent }
        let program = try #require(
            folders.map { $0 + "/CrashChild" }.first(where: FileManager.default.isExecutableFile))
        // A backtrace of a process that is meant to die would take longer than everything else here.
        return try ChildProcess(program, [folder.path], environment: ["SWIFT_BACKTRACE": "enable=no"])
    }

    private func isDone(_ name: String) -> Bool {
        // A file of which nothing could be taken goes to `failed`: acknowledged all the same.
        ["done", "failed"].contains { FileManager.default.fileExists(atPath: "\(folder.path)/inbox/\($0)/\(name)") }
    }

    private func eventually(_ isTrue: () -> Bool) async throws {
        for _ in 0..<600 where !isTrue() { try await Task.sleep(for: .milliseconds(50)) }
        #expect(isTrue())
    }

    private func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: folder.path + name))
    }
}
