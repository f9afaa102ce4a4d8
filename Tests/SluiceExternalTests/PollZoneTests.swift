import Foundation
import GRDB
import HTTPPollTransport
import SluiceExternal
import SluiceSDK
import SluiceStore
import SluiceTesting
import Synchronization
import Testing

/// A real zone that fetches from a real server, and is thrown away and started again.
@Suite struct PollZoneTests {
    private static func channel(_ server: StubServer, every: String = "24h") -> String {
        """
        source:
          type: http-poll
          url: http://127.0.0.1:\(server.port)/orders
          every: \(every)
          timeout: 5s
          page: { style: number, param: page, size: 2, items: "$.rows[*]", stop: empty }
          since: { param: after, from: $.time, overlap: 10m }
          retry: { attempts: 1, backoff: 10ms..20ms }
        format: { type: json, records: "$.rows[*]" }

        """ + ZoneFixture.mapping
    }

    private static func page(_ numbers: some Sequence<Int>) -> StubServer.Answer {
        StubServer.Answer(200, "{\"rows\":[" + numbers.map { ZoneFixture.record($0) }.joined(separator: ",") + "]}")
    }

    /// The newest first, two on a page.
    private static func descending(_ request: StubServer.Request) -> StubServer.Answer {
        let page = request.target.firstRange(of: "page=").flatMap { range in
            Int(request.target[range.upperBound...].prefix { $0.isNumber })
        }
        return Self.page((1...9).reversed().dropFirst(((page ?? 1) - 1) * 2).prefix(2))
    }

    private func checkpoint(_ zone: ZoneFixture) async throws -> String? {
        try await zone.store.read { try String.fetchOne($0, sql: "SELECT checkpoint FROM channel WHERE name = 'poll'") }
    }

    @Test func aPassCutAtEveryPageBringsEveryRecordAndNoneTwice() async throws {
        // Each run gets one page and then hears nothing but errors, until it is stopped.
        let allowed = Mutex(0)
        let server = try StubServer { request in
            let isAllowed = allowed.withLock { left in
                defer { left -= 1 }
                return left > 0
            }
            return isAllowed ? Self.descending(request) : StubServer.Answer(503)
        }
        let folder = TemporaryFolder()
        for run in 1...6 {
            allowed.withLock { $0 = 1 }
            let zone = try await ZoneFixture(["poll": Self.channel(server)], folder: folder)
            for _ in 0..<200 where try await zone.ticketCount() < min(9, run * 2) {
                try await Task.sleep(for: .milliseconds(20))
            }
            for _ in 0..<200 where try await checkpoint(zone)?.contains(#""pages":\#(run)"#) != true && run < 6 {
                try await Task.sleep(for: .milliseconds(20))
            }
            if run < 6 {
                #expect(try await checkpoint(zone)?.contains("floor") == false)
            } else {
                for _ in 0..<200 where try await checkpoint(zone)?.contains("floor") != true {
                    try await Task.sleep(for: .milliseconds(20))
                }
                #expect(try await checkpoint(zone)?.contains("floor") == true)
                #expect(try await zone.ticketCount() == 9)
            }
            await zone.stop()
        }
    }

    @Test func theOverlapOfTwoPassesIsAbsorbed() async throws {
        let server = try StubServer(Self.descending)
        let zone = try await ZoneFixture(["poll": Self.channel(server, every: "20ms")])
        for _ in 0..<300 where server.requests.count < 13 { try await Task.sleep(for: .milliseconds(20)) }
        await zone.stop()
        #expect(server.requests.count >= 13)
        #expect(try await zone.ticketCount() == 9)
        let counts = try await zone.store.read { db in
            try Dictionary(
                Row.fetchAll(db, sql: "SELECT entry, sum(count) AS total FROM ledger GROUP BY entry").map {
                    ($0["entry"] as String, $0["total"] as Int)
                }, uniquingKeysWith: { $1 })
        }
        #expect(counts["new"] == 9)
        #expect(counts["revised"] == nil)
        #expect((counts["absorbed"] ?? 0) >= 9)
    }

    /// Set back while it runs, and on the files of a stopped zone.
    @Test(arguments: [true, false]) func aBackfillAsksAgainAndWhatIsKnownIsAbsorbed(isRunning: Bool) async throws {
        let server = try StubServer(Self.descending)
        let folder = TemporaryFolder()
        let channels = ["poll": Self.channel(server)]
        var zone = try await ZoneFixture(channels, folder: folder)
        for _ in 0..<300 where try await checkpoint(zone)?.contains("floor") != true {
            try await Task.sleep(for: .milliseconds(20))
        }
        let asked = server.requests.count
        let date = try #require(Timestamp(rfc3339: "2026-01-01T00:00:00+08:00"))
        let effect =
            "asks again for what is newer than 2026-01-01T00:00:00+08:00; until now it was 2026-01-05T09:00:00+08:00"
        if isRunning {
            #expect(try await zone.zone.backfill(channel: "poll", from: date, by: "张敏", isPlan: true).effect == effect)
            #expect(try ChannelAct.all(of: "poll", in: zone.store).isEmpty, "a plan changes nothing")
            #expect(try await zone.zone.backfill(channel: "poll", from: date, by: "张敏").effect == effect)
        } else {
            await zone.stop()
            let rewound = try await ChannelDesk(store: zone.store).backfill(
                zone.files[0], plugins: ZoneFixture.plugins, zone: .shanghai, from: date, by: "张敏", at: .now())
            #expect(rewound.effect == effect)
            zone = try await ZoneFixture(channels, folder: folder)
        }
        let counts = try await zone.status("poll") { ($0.counts["absorbed"] ?? 0) >= 9 }?.counts
        #expect(counts?["absorbed"] == 9)
        #expect(counts?["new"] == 9)
        #expect(
            server.requests[asked].target.contains("after=2025-12-31%2023%3A50%3A00"),
            "\(server.requests[asked].target)")
        let acts = try ChannelAct.all(of: "poll", in: zone.store)
        #expect(acts.map(\.kind) == [.backfilled])
        #expect(acts.first?.person == "张敏")
        #expect(acts.first?.detail == effect)
        await zone.stop()
    }

    @Test func aBackfillThatCannotBeIsRefusedAndTheChannelRunsOn() async throws {
        let server = try StubServer(Self.descending)
        let push = """
            source: { type: http-push, path: /a, auth: { type: api-key, header: X-Key, key: "${env:SECRET}" } }
            format: { type: json, records: "$[*]" }

            """ + ZoneFixture.mapping
        let inbox = """
            source: { type: directory, path: "${env:FOLDER}/inbox", after: move }
            format: { type: json, records: "$[*]" }

            """ + ZoneFixture.mapping
        let zone = try await ZoneFixture(["poll": Self.channel(server), "push": push, "files": inbox])
        try FileManager.default.createDirectory(
            atPath: zone.folder.path + "/inbox", withIntermediateDirectories: true)
        let date = Timestamp(seconds: 1_700_000_000)
        await #expect(throws: DeskError.self) { try await zone.zone.backfill(channel: "push", from: date, by: "a") }
        await #expect(throws: DeskError.self) { try await zone.zone.backfill(channel: "nobody", from: date, by: "a") }
        let error = await #expect(throws: PluginError.self) {
            try await zone.zone.backfill(channel: "files", from: date, by: "a")
        }
        #expect(error?.code == "backfill.unsupported")
        #expect(try await zone.status("files") { $0.state == "running" }?.state == "running")
        await zone.stop()
    }

    @Test(arguments: BadSource.all) func everyBadSourceStandsOnTheStatusAndLosesNothing(_ bad: BadSource) async throws {
        let asked = Mutex(0)
        let server = try StubServer { request in
            bad.answer(
                request,
                asked.withLock {
                    $0 += 1
                    return $0
                })
        }
        let zone = try await ZoneFixture(["poll": bad.channel(server)])
        let report = try await zone.status("poll") { $0.lastError?.contains(bad.code) == true }
        #expect(report?.lastError?.contains(bad.code) == true, "\(report?.lastError ?? "")")
        for _ in 0..<300 where try await zone.ticketCount() < bad.tickets {
            try await Task.sleep(for: .milliseconds(20))
        }
        #expect(try await zone.ticketCount() == bad.tickets)
        await zone.stop()
    }

    @Test func whatIsWrongWithTheSourceStandsOnTheChannelsStatus() async throws {
        let server = try StubServer { _ in StubServer.Answer(302, headers: [("Location", "http://169.254.169.254/")]) }
        let zone = try await ZoneFixture(["poll": Self.channel(server)])
        let report = try await zone.status("poll") { $0.lastError?.contains("http-poll.redirect") == true }
        #expect(report?.lastError?.contains("http-poll.redirect") == true)
        #expect(try await zone.ticketCount() == 0)
        await zone.stop()
    }
}
