import Foundation
import SluiceSDK
import SluiceTesting
import Testing

@testable import MailboxTransport

@Suite struct ManyLettersTests {
    /// `SLUICE_LETTERS=200000 swift test --filter ManyLettersTests` for a large folder.
    private let count = ProcessInfo.processInfo.environment["SLUICE_LETTERS"].flatMap { Int($0) } ?? 5_000

    @Test func aFolderOfAnySizeIsListedInTheSameMemory() async throws {
        let folder = TemporaryFolder()
        for sub in ["new", "cur", "tmp"] {
            try FileManager.default.createDirectory(atPath: folder(sub), withIntermediateDirectories: true)
        }
        let letter = Box.letter("1")
        for number in 0..<count {
            try writeFile(letter, folder("cur/\(10_000_000 + number).x,S=\(letter.count):2,"))
        }
        try setMode(0o755, of: folder.path)
        let dovecot = try await Dovecot(maildir: folder.path)
        let config = Box.config(dovecot.imaps, ca: dovecot.authority)
        let server = try MailServer(config, timeout: .seconds(300))
        let box = ImapBox(
            server, folder: "INBOX", after: .seen, movedTo: nil, context: ChannelContext(channelID: "a"))
        let began = ContinuousClock.now
        try await box.open()
        let before = Self.peak()
        var (listed, largest, last) = (0, 0, 0)
        while true {
            let letters = try await box.look()
            if letters.isEmpty { break }
            #expect(letters.first.map { $0.number > last } == true)
            (listed, largest, last) = (listed + letters.count, max(largest, letters.count), letters.last?.number ?? 0)
        }
        #expect(listed == count && largest <= 64 && last == count)
        if count > 10_000 {
            print(
                "listed \(listed) letters in \(ContinuousClock.now - began); peak memory \(before) -> \(Self.peak()) KiB"
            )
        }
    }

    /// VmHWM of this process, KiB.
    private static func peak() -> Int {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? ""
        return line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) } ?? 0
    }
}
