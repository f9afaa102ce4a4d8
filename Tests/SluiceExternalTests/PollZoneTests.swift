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

    @Test func whatIsWrongWithTheSourceStandsOnTheChannelsStatus() async throws {
        let server = try StubServer { _ in StubServer.Answer(302, headers: [("Location", "http://169.254.169.254/")]) }
        let zone = try await ZoneFixture(["poll": Self.channel(server)])
        let report = try await zone.status("poll") { $0.lastError?.contains("http-poll.redirect") == true }
        #expect(report?.lastError?.contains("http-poll.redirect") == true)
        #expect(try await zone.ticketCount() == 0)
        await zone.stop()
    }
}
