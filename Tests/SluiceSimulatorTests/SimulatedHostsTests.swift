import CurlKit
import Foundation
import SluiceConfig
import SluiceSDK
import SluiceTesting
import Testing

@testable import SluiceSimulator

/// Mailboxes, remote hosts and mail relays of the simulated upstreams, with real servers and without.
@Suite struct SimulatedHostsTests {
    static let variants: [Set<HostKind>] = [[], Set(HostKind.allCases)]

    private static func reply(_ id: String, to channel: String) -> Reply {
        var reply = Reply(
            id: id, ticketID: "t1", channelID: channel, externalID: "A-1", event: "replied", status: "replied",
            publicText: "已修复", repliedAt: "2026-01-05T09:30:00+08:00")
        reply.origin = ["to": "u1@example.org", "message_id": "letter-1@example.org", "subject": "路灯"]
        return reply
    }

    private static let accepted = {
        var outcome = MessageOutcome()
        outcome.new = 1
        return outcome
    }()

    @Test(arguments: variants)
    func whatAnUpstreamOffersComesThroughTheChannelsOwnTransport(leftOut: Set<HostKind>) async throws {
        let bench = try await HostBench(leftOut: leftOut)
        #expect(bench.simulator.left.isEmpty && bench.simulator.channels.count == HostBench.channels.count)
        let offering = Task { await bench.simulator.offer(to: "http://127.0.0.1:9") }
        for id in HostBench.channels where id != "hotline-drop" {
            let transport = try bench.transport(id)
            try await transport.connect()
            let message = try #require(try await transport.next(), "\(id)")
            let text = String(decoding: message.message.bytes, as: UTF8.self)
            let isMail = ["hotline-imap", "hotline-pop3"].contains(id)
            #expect(text.contains(isMail ? "Message-ID: <T000001." : "T000001"), "\(id): \(text)")
            try await message.acknowledge(Self.accepted)
            await transport.close()
            #expect(bench.simulator.books.line(id).offered > 0)
        }
        offering.cancel()
        await offering.value
        await bench.hosts.end()
    }

    @Test(arguments: variants)
    func repliesByMailAndByFileAreCountedOnceHoweverOftenTheyCome(leftOut: Set<HostKind>) async throws {
        let bench = try await HostBench(leftOut: leftOut)
        let replying = ["hotline-imap", "hotline-sftp", "hotline-ftp", "hotline-drop"]
        #expect(bench.simulator.replying == Set(replying) && bench.simulator.repliesUnseen.isEmpty)
        for id in replying {
            let sender = try bench.sender(id)
            _ = try await sender.send(Self.reply("reply-1", to: id))
            #expect(await bench.replies(id) == [1, 0], "\(id)")
            _ = try await sender.send(Self.reply("reply-1", to: id))
            _ = try await sender.send(Self.reply("reply-2", to: id))
            // A folder of the machine's own is looked at and left as it is.
            #expect(await bench.replies(id) == [2, id == "hotline-drop" ? 0 : 1], "\(id)")
        }
        await bench.hosts.end()
    }

    @Test func whichServersAreAtWorkAndWhatStandsInIsSaidOfEveryChannel() async throws {
        let real = try await HostBench()
        #expect(real.hosts.standIns.isEmpty, "not installed: \(real.hosts.standIns)")
        for (server, channels) in [
            ("Dovecot at imaps://", "hotline-imap, hotline-pop3"), ("OpenSSH at sftp://", "hotline-sftp"),
            ("vsftpd at ftp://", "hotline-plain"), ("vsftpd with implicit TLS at ftps://", "hotline-ftp"),
            ("vsftpd with explicit TLS at ftp://", "hotline-ftp"), ("aiosmtpd at smtp://", "hotline-imap"),
        ] {
            #expect(real.hosts.servers.contains { $0.hasPrefix(server) && $0.hasSuffix(": " + channels) }, "\(server)")
        }
        await real.hosts.end()
        let hidden = try await HostBench(leftOut: Set(HostKind.allCases))
        #expect(hidden.hosts.servers.isEmpty)
        #expect(
            Set(hidden.hosts.standIns) == [
                "hotline-imap: a folder stands in for its mailbox; Dovecot is left out",
                "hotline-imap: the simulator's own mail server takes its replies; aiosmtpd is left out",
                "hotline-pop3: a folder stands in for its mailbox; Dovecot is left out",
                "hotline-sftp: a folder stands in for its remote host; OpenSSH is left out",
                "hotline-sftp: a folder takes its replies; OpenSSH is left out",
                "hotline-ftp: a folder stands in for its remote host; vsftpd with implicit TLS is left out",
                "hotline-ftp: a folder takes its replies; vsftpd with explicit TLS is left out",
                "hotline-plain: a folder stands in for its remote host; vsftpd is left out",
            ])
        await hidden.hosts.end()
    }

    /// As a gateway would be that has only heard of the machine's own authorities, or speaks in clear.
    @Test func aServerWithTLSIsReachedByItsOwnAuthorityAloneAndNeverInClear() async throws {
        let bench = try await HostBench()
        for (use, kept) in [
            (try bench.channel("hotline-ftp").source, ["url", "ca"]),
            (try #require(try bench.channel("hotline-ftp").reply?.sender), ["url", "tls", "ca"]),
        ] {
            let led = Config(
                ConfigValue(.map((use.config.value.entries ?? []).filter { (kept + ["auth"]).contains($0.key) })))
            try await check(led)
            for missing in kept.dropFirst() {
                let other = Config(ConfigValue(.map((led.value.entries ?? []).filter { $0.key != missing })))
                await #expect(throws: CurlError.self, "without \(missing)") { try await check(other) }
            }
        }
        await bench.hosts.end()
    }

    private func check(_ config: Config) async throws {
        let session = FileSession(try FileServer(config), timeout: .seconds(20))
        defer { session.close() }
        try await session.check()
    }

    @Test func whereRepliesGoTheStandInWritesTheSameFile() async throws {
        let bench = try await HostBench(leftOut: Set(HostKind.allCases))
        _ = try await bench.sender("hotline-sftp").send(Self.reply("reply-1", to: "hotline-sftp"))
        let folder = try bench.channel("hotline-sftp").reply?.sender.config.path("path") ?? ""
        let gb18030 = try #require(Charset("gb18030"))
        #expect(try readFile(folder + "/reply-1") == gb18030.encode("已修复"))
        await bench.hosts.end()
    }

    @Test func onceItHasEndedNobodyAnswersAndNothingLies() async throws {
        let bench = try await HostBench()
        let sender = try bench.sender("hotline-sftp")
        _ = try await sender.send(Self.reply("reply-1", to: "hotline-sftp"))
        let folders = bench.hosts.places.values.compactMap { $0.inbox?.path }
        #expect(folders.count == 5 && folders.allSatisfy { FileManager.default.fileExists(atPath: $0) })
        await bench.hosts.end()
        #expect(!folders.contains { FileManager.default.fileExists(atPath: $0) })
        await #expect(throws: PluginError.self) { try await sender.send(Self.reply("reply-2", to: "hotline-sftp")) }
    }
}
