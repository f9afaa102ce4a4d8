import Foundation
import SluiceConfig
import SluiceTesting
import Testing

/// The whole, as a newcomer runs it: every shipped channel, real sockets, and books that agree.
@Suite(.serialized) struct DemoTests {
    private let configuration = ShippedChannelTests.folder
    private let servers = [
        "Dovecot at imaps://", "OpenSSH at sftp://", "vsftpd at ftp://", "vsftpd with explicit TLS at ftp://",
        "aiosmtpd at smtp://",
    ]
    /// They answer otherwise than by HTTP: by letter, by file, into a table, to a program.
    private let replying = ["hotline-12377", "hotline-12329", "hotline-12385", "web-qr-code", "hotline-water"]

    @Test(arguments: [[], ["--misbehave"]])
    func everyChannelIsLiveAndTheBooksAgree(_ behaviour: [String]) async throws {
        let output = try await shown(behaviour)
        for server in servers { #expect(output.contains("\n" + server), "\(server) is not at work") }
        #expect(!output.contains("stands in") && !output.contains("is not installed"), "\(output.prefix(3000))")
    }

    /// A machine with nothing installed has all channels too, and hears for each of them what stands in.
    @Test func whereNoServerIsInstalledFoldersStandInAndAllIsAsBefore() async throws {
        let empty = TemporaryFolder()
        let output = try await shown([], environment: ["SLUICE_SERVERS": empty.path])
        for server in servers { #expect(!output.contains("\n" + server)) }
        for channel in ShippedChannelTests.configuration.goodChannels {
            guard ["mailbox", "remote-files"].contains(channel.source.type) else { continue }
            let lines = output.split(separator: "\n").filter {
                $0.hasPrefix("\(channel.id): a folder stands in for its ")
            }
            #expect(lines.count == 1 && lines[0].contains("is not installed: apt-get install "), "\(channel.id)")
        }
        #expect(output.contains("hotline-12377: the simulator's own mail server takes its replies; aiosmtpd is not"))
        #expect(output.contains("hotline-12329: a folder takes its replies; OpenSSH is not installed"))
    }

    /// Servers end with the demo, and what they kept goes away, however it ends.
    @Test(arguments: [SIGINT, SIGTERM]) func anInterruptedDemoLeavesNothingBehind(_ signal: Int32) async throws {
        // Short: sockets have short paths.
        let temporary = "/tmp/sd-\(UInt32.random(in: 0...UInt32.max))"
        try makeFolder(temporary)
        defer { try? remove(temporary) }
        let log = TemporaryFolder()
        let demo = try Program.start(
            ["demo", "--config", configuration, "--for", "5m", "--rate", "0.5"], environment: ["TMPDIR": temporary],
            output: log("out"))
        var isLive = false
        for _ in 0..<1200 where !isLive && demo.end == nil {
            try await Task.sleep(for: .milliseconds(50))
            isLive = try String(decoding: readFile(log("out")), as: UTF8.self).contains("of 60 channels live")
        }
        #expect(isLive && processes(naming: temporary).count >= 4, "servers are at work")
        demo.signal(signal)
        for _ in 0..<1200 where demo.end == nil { try await Task.sleep(for: .milliseconds(50)) }
        demo.signal(SIGKILL)
        #expect(demo.wait() == .exited(128 + signal))
        #expect(names(in: temporary).isEmpty)
        #expect(processes(naming: temporary).isEmpty)
    }

    /// Nobody can tidy up after a kill -9: servers end all the same, and the next command takes the folder away.
    @Test(arguments: ["demo", "simulate"]) func aKilledCommandLeavesNoServerAndTheNextOneTakesItsFolderAway(
        _ command: String
    ) async throws {
        let temporary = "/tmp/sd-\(UInt32.random(in: 0...UInt32.max))"
        try makeFolder(temporary)
        defer { try? remove(temporary) }
        let log = TemporaryFolder()
        let own = ["demo": ["--for", "5m"], "simulate": ["--folder", log("files"), "--environment", log("env")]]
        func start() throws -> ChildProcess {
            let more = command == "demo" ? [] : ["--port", "\(FreePort.next())"]
            return try Program.start(
                [command, "--config", configuration, "--rate", "0.5"] + (own[command] ?? []) + more,
                environment: ["TMPDIR": temporary], output: log("out"))
        }
        let killed = try start()
        defer { killed.signal(SIGKILL) }
        try await eventually {
            try String(decoding: readFile(log("out")), as: UTF8.self).contains(" channels ") || killed.end != nil
        }
        let named = processes(naming: temporary)
        let servers = family(of: named)
        #expect(named.count >= 5)
        #expect(servers.keys.contains { !named.contains("\($0)") }, "Dovecot has children of other names")
        killed.signal(SIGKILL)
        #expect(killed.wait() == .signalled(SIGKILL))
        try await eventually { !servers.contains { beginning($0.key) == $0.value } }
        #expect(processes(naming: temporary).isEmpty)
        let left = names(in: temporary)
        #expect(left.count == 1 && left[0].hasPrefix("sluice-\(command)-"), "\(left)")

        // Killed at whatever instant of its start: also the server that was started just then ends.
        for milliseconds in [0, 20, 60, 150, 400] {
            let left = names(in: temporary)
            let next = try start()
            defer { next.signal(SIGKILL) }
            try await eventually { names(in: temporary).count == 1 && names(in: temporary) != left }
            try await Task.sleep(for: .milliseconds(milliseconds))
            next.signal(SIGKILL)
            _ = next.wait()
            try await eventually { processes(naming: temporary).isEmpty }
        }
    }

    private func shown(_ behaviour: [String], environment: [String: String] = [:]) async throws -> String {
        let result = try await Program.run(
            ["demo", "--config", configuration, "--for", "10s", "--rate", "0.5"] + behaviour, environment: environment)
        #expect(result.status == 0, "\(result.output.suffix(3000))\n\(result.errors)")
        #expect(!result.errors.contains("unable to open"), "\(result.errors)")
        #expect(result.output.contains("the simulator's own books agree"))
        let count = ShippedChannelTests.configuration.goodChannels.count
        #expect(result.output.contains("\(count) channels into"), "a channel is not simulated")
        #expect(result.output.contains("\(count) of \(count) channels live"))
        #expect(!result.output.contains("is not simulated") && !result.output.contains("nobody here can see"))
        for channel in replying { #expect(replies(channel, result.output) > 0, "\(channel) has sent no reply") }
        return result.output
    }

    /// The last column of the channel's row.
    private func replies(_ channel: String, _ output: String) -> Int {
        let arrived = output.components(separatedBy: "What arrived").last ?? ""
        let row = arrived.split(separator: "\n").first { $0.hasPrefix(channel + " ") }
        return row?.split(separator: " ").last.flatMap { Int($0) } ?? 0
    }

    /// These and what they started, each with when it began: an id may be another's later.
    private func family(of processes: [String]) -> [String: String] {
        var parents: [String: String] = [:]
        for id in names(in: "/proc") where id.allSatisfy(\.isNumber) { parents[id] = status(id).dropFirst().first }
        var found = Set(processes)
        while true {
            let more = parents.filter { found.contains($0.value) && !found.contains($0.key) }
            if more.isEmpty { break }
            found.formUnion(more.keys)
        }
        return Dictionary(uniqueKeysWithValues: found.compactMap { id in beginning(id).map { (id, $0) } })
    }

    /// nil for one that has ended, also when nobody has asked how.
    private func beginning(_ id: String) -> String? {
        let words = status(id)
        return words.count > 19 && words[0] != "Z" ? words[19] : nil
    }

    /// From its state on; the name before that may hold anything.
    private func status(_ id: String) -> [String] {
        let text = (try? readFile("/proc/\(id)/stat")).map { String(decoding: $0, as: UTF8.self) } ?? ""
        return text.split(separator: ")").last?.split(separator: " ").map(String.init) ?? []
    }

    /// Ids of those whose command line names the folder.
    private func processes(naming folder: String) -> [String] {
        names(in: "/proc").filter { id in
            guard id.allSatisfy(\.isNumber), let bytes = try? readFile("/proc/\(id)/cmdline") else { return false }
            return String(decoding: bytes, as: UTF8.self).contains(folder)
        }
    }
}
