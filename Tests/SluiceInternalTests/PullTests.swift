import CurlKit
import SluiceSDK
import SluiceStore
import Testing

@testable import SluiceInternal

/// Handlers that fetch their events, through the real API over HTTP.
@Suite struct PullTests {
    /// What one call gave: the events' ids and what they say.
    struct Fetched: Sendable {
        var ids: [String]
        /// `A-1/2`: the ticket and its revision.
        var revisions: [String]
        var documents: [String]
    }

    struct Puller: Sendable {
        var port: Int
        var handler = "desk"

        func call(_ method: String, _ path: String, _ body: String = "") async throws -> CurlResponse {
            try await CurlClient.shared.perform(
                CurlRequest(
                    method, "http://127.0.0.1:\(port)\(path)",
                    headers: [(name: "Authorization", value: "Bearer token-of-\(handler)")], body: Array(body.utf8)))
        }

        func fetch(_ limit: Int = 100) async throws -> Fetched {
            let response = try await call("GET", "/v1/events?limit=\(limit)")
            #expect(response.status == 200)
            #expect(response.header("content-type") == "application/cloudevents-batch+json")
            var fetched = Fetched(ids: [], revisions: [], documents: [])
            try JSONDocument.parse(response.body).root.forEachElement { event in
                fetched.ids.append(event["id"]?.string ?? "")
                let data = event["data"]
                fetched.revisions.append(
                    "\(data?["external_id"]?.string ?? "")/\(data?["revision"]?.integer ?? 0)")
                fetched.documents.append(String(decoding: event.minified(), as: UTF8.self))
            }
            return fetched
        }

        /// acknowledged, repeated, unknown
        func acknowledge(_ ids: [String]) async throws -> [Int] {
            let list = ids.map { "\"\($0)\"" }.joined(separator: ",")
            let response = try await call("POST", "/v1/events/ack", #"{"event_ids":[\#(list)]}"#)
            #expect(response.status == 200)
            let root = try JSONDocument.parse(response.body).root
            var unknown = 0
            root["unknown"]?.forEachElement { _ in unknown += 1 }
            return [root["acknowledged"]?.integer ?? -1, root["repeated"]?.integer ?? -1, unknown]
        }
    }

    @Test func whatIsFetchedIsAcknowledgedOnceAndCounted() async throws {
        let bench = try Bench([.puller()])
        try await bench.admit((1...25).map { .sample("A-\($0)") })
        try await bench.serving { port in
            let puller = Puller(port: port)
            let (first, second) = (try await puller.fetch(10), try await puller.fetch())
            #expect(first.revisions == (1...10).map { "A-\($0)/1" })
            #expect(second.revisions == (11...25).map { "A-\($0)/1" })
            #expect(try await bench.day().imbalances.isEmpty)
            #expect(try await puller.acknowledge(first.ids) == [10, 0, 0])
            #expect(try await puller.acknowledge(first.ids + second.ids) == [15, 10, 0])
            #expect(try await puller.fetch().ids.isEmpty)
        }
        let day = try await bench.day()
        #expect(day.count(.deliveriesMade) == 25 && day.count(.deliveriesDelivered) == 25)
        #expect(day.imbalances.isEmpty && day.deliveriesInFlight.isEmpty)
    }

    @Test func anExpiredLeaseGivesTheSameEventsAgainAndALateAcknowledgementHolds() async throws {
        let bench = try Bench([.puller(lease: .seconds(60))])
        try await bench.admit([.sample("A-1"), .sample("A-2")])
        try await bench.serving { port in
            let puller = Puller(port: port)
            let first = try await puller.fetch()
            bench.clock.move(.seconds(59))
            #expect(try await puller.fetch().ids.isEmpty)
            bench.clock.move(.seconds(1))
            let again = try await puller.fetch()
            #expect(again.documents == first.documents)
            #expect(try await HandlerStatus.all(bench.store).first?.failedAttempts == 2)
            // The first caller was slow, not dead.
            #expect(try await puller.acknowledge([first.ids[0]]) == [1, 0, 0])
            bench.clock.move(.seconds(60))
            #expect(try await puller.fetch().ids == [first.ids[1]])
        }
    }

    @Test func twoPullersAtOnceNeverGetTheSameEvent() async throws {
        let bench = try Bench([.puller()])
        try await bench.admit((1...60).map { .sample("A-\($0)") })
        try await bench.serving { port in
            let fetched = try await withThrowingTaskGroup(of: [String].self) { group in
                for _ in 0..<6 { group.addTask { try await Puller(port: port).fetch(10).ids } }
                return try await group.reduce(into: [String]()) { $0 += $1 }
            }
            #expect(fetched.count == 60)
            #expect(Set(fetched).count == 60)
        }
    }

    @Test func aTicketsLaterEventsWaitForItsEarlierOnes() async throws {
        let bench = try Bench([.puller()])
        try await bench.admit([.sample("A-1"), .sample("A-2")])
        try await bench.admit([.sample("A-1", revision: 2), .sample("A-1", revision: 3)])
        try await bench.serving { port in
            let puller = Puller(port: port)
            let first = try await puller.fetch()
            #expect(first.revisions == ["A-1/1", "A-2/1"])
            #expect(try await puller.acknowledge([first.ids[1]]) == [1, 0, 0])
            #expect(try await puller.fetch().ids.isEmpty)
            #expect(try await puller.acknowledge([first.ids[0]]) == [1, 0, 0])
            let second = try await puller.fetch()
            #expect(second.revisions == ["A-1/2"])
            #expect(try await puller.acknowledge(second.ids) == [1, 0, 0])
            #expect(try await puller.fetch().revisions == ["A-1/3"])
        }
        #expect(try await bench.day().imbalances.isEmpty)
    }

    @Test func leasesOutliveARestart() async throws {
        let clock = TestClock()
        let bench = try Bench([.puller()], clock: clock)
        try await bench.admit([.sample("A-1"), .sample("A-2")])
        let leased = try await bench.zone.pull(limit: 1, for: "desk")
        try bench.store.close()
        let again = try Bench([.puller()], clock: clock, folder: bench.folder)
        try await again.serving { port in
            let puller = Puller(port: port)
            #expect(try await puller.fetch().revisions == ["A-2/1"])
            clock.move(.seconds(60))
            let expired = try await puller.fetch()
            #expect(expired.revisions == ["A-1/1", "A-2/1"])
            #expect(Array(expired.documents[0].utf8) == leased.first)
            #expect(try await puller.acknowledge(expired.ids) == [2, 0, 0])
        }
        #expect(try await again.day().imbalances.isEmpty)
    }

    @Test func aHandlerSettlesItsOwnLeasesOnlyAndSeesItsOwnMasks() async throws {
        let bench = try Bench([.puller(), .puller("audit", role: .copy, policy: FieldPolicy(mask: [.requesterPhone]))])
        try await bench.admit([.sample("A-1"), .sample("A-2")])
        try await bench.serving { port in
            let (desk, audit) = (Puller(port: port), Puller(port: port, handler: "audit"))
            let own = try await desk.fetch(1)
            #expect(own.documents[0].contains("13812341234"))
            // Of the same event, but audit has not fetched it; nobody has fetched the second.
            #expect(try await audit.acknowledge(own.ids + ["none", ""]) == [0, 0, 3])
            let masked = try await audit.fetch()
            #expect(masked.ids.first == own.ids.first)
            #expect(masked.documents[0].contains("138****1234") && !masked.documents[0].contains("13812341234"))
            #expect(try await desk.acknowledge([masked.ids[1]]) == [0, 0, 1])
        }
        #expect(try await bench.day().count(.deliveriesDelivered) == 0)
        #expect(try await bench.day().imbalances.isEmpty)
    }

    @Test(arguments: [
        ("GET", "/v1/events?limit=0", "", 400, "pull.limit"), ("GET", "/v1/events?limit=1001", "", 400, "pull.limit"),
        ("GET", "/v1/events?limit=x", "", 400, "pull.limit"),
        ("GET", "/v1/events?max=5", "", 400, "pull.unknown-parameter"),
        ("POST", "/v1/events", "{}", 405, "api.method"), ("GET", "/v1/events/ack", "", 405, "api.method"),
        ("GET", "/v1/events/other", "", 404, "api.unknown-path"),
        ("POST", "/v1/events/ack", "nonsense", 400, "pull.json"), ("POST", "/v1/events/ack", "[]", 400, "pull.json"),
        ("POST", "/v1/events/ack", "{}", 400, "pull.missing-field"),
        ("POST", "/v1/events/ack", #"{"event_ids":"a"}"#, 400, "pull.field-type"),
        ("POST", "/v1/events/ack", #"{"event_ids":[1]}"#, 400, "pull.field-type"),
        ("POST", "/v1/events/ack", #"{"event_ids":[],"event_ids":[]}"#, 400, "pull.duplicate-field"),
        ("POST", "/v1/events/ack", #"{"ids":[]}"#, 400, "pull.unknown-field"),
        (
            "POST", "/v1/events/ack",
            #"{"event_ids":["# + Array(repeating: "\"a\"", count: 5001).joined(separator: ",") + "]}", 400,
            "pull.too-many"
        ),
    ])
    func whatIsWrongInACallIsNamed(method: String, path: String, body: String, status: Int, code: String) async throws {
        let bench = try Bench([.puller()])
        try await bench.serving { port in
            let response = try await Puller(port: port).call(method, path, body)
            #expect(response.status == status)
            #expect(try JSONDocument.parse(response.body).root["error"]?["code"]?.string == code)
        }
    }

    @Test func aHandlerThatIsDeliveredToCannotFetch() async throws {
        let bench = try Bench([.fallback()])
        try await bench.serving { port in
            let response = try await Puller(port: port).call("GET", "/v1/events")
            #expect(response.status == 409)
            #expect(try JSONDocument.parse(response.body).root["error"]?["code"]?.string == "pull.not-configured")
        }
    }

    @Test func whatASenderCouldNotDeliverIsFetchedAfterTheHandlerChangesOver() async throws {
        let clock = TestClock()
        let refusing = FakeHandler { _, _ in .refused }
        let bench = try Bench([.fallback(sender: refusing, batch: BatchRule(size: 3, wait: .zero))], clock: clock)
        try await bench.admit((1...3).map { .sample("A-\($0)") })
        try await bench.delivering { try await eventually("it was refused") { !refusing.attempts.isEmpty } }
        try bench.store.close()
        let again = try Bench([.puller()], clock: clock, folder: bench.folder)
        try await again.serving { port in
            let fetched = try await Puller(port: port).fetch()
            #expect(fetched.ids == refusing.attempts[0].events)
            #expect(try await again.day().imbalances.isEmpty)
            #expect(try await Puller(port: port).acknowledge(fetched.ids) == [3, 0, 0])
        }
        #expect(try await again.day().imbalances.isEmpty)
    }

    @Test func anAnswerIsBoundedInBytesAndNeverEmptyForThat() {
        var large = PullBasket(limit: 10, bytes: 100)
        let first = [500, 1].enumerated().map { large.take(Int64($0), bytes: $1) }
        #expect(first == [true, false])
        var small = PullBasket(limit: 10, bytes: 100)
        let second = [60, 40, 1, 0].enumerated().map { small.take(Int64($0), bytes: $1) }
        #expect(second == [true, true, false, false])
        #expect(small.events == [0, 1])
    }
}
