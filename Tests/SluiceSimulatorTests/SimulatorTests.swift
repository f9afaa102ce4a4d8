import CurlKit
import Foundation
import SluiceConfig
import SluiceSDK
import SluiceTesting
import TableKit
import Testing

@testable import SluiceSimulator

/// Upstreams made from a channel's own file, asked over real sockets.
@Suite struct SimulatorTests {
    private let bench = SimulatorBench()

    @Test func aPageIsCutAsTheChannelSaysAndEndsWhereItSays() async throws {
        let simulator = try await bench.serve(
            source: """
                type: http-poll
                url: URL/orders
                query: { size: "2" }
                auth: { type: bearer, token: "${env:RIGHT}" }
                page: { style: offset, param: from, size: 2, items: "$.data.rows[*]", stop: total, total: $.data.total }
                success: { where: $.code, equals: [0] }
                """, records: "$.data.rows[*]")
        let first = try await bench.get("/orders?from=0", token: "right")
        let root = try JSONDocument.parse(first.body).root
        #expect(root["code"]?.integer == 0)
        #expect(root["data"]?["total"]?.integer == 3)
        #expect(root["data"]?["rows"]?[1]?["no"]?.string?.hasSuffix("000002") == true)
        #expect(root["data"]?["rows"]?[2] == nil)
        let second = try JSONDocument.parse(try await bench.get("/orders?from=2", token: "right").body).root
        #expect(second["data"]?["rows"]?[0]?["no"]?.string?.hasSuffix("000003") == true)
        #expect(simulator.books.line("hotline-test").offered == 3)
    }

    @Test func whoDoesNotProveHimselfIsRefusedAndNothingIsCounted() async throws {
        let simulator = try await bench.serve(
            source: "type: http-poll\nurl: URL/orders\nauth: { type: bearer, token: \"${env:RIGHT}\" }", records: "$[*]"
        )
        #expect(try await bench.get("/orders", token: "wrong").status == 401)
        #expect(simulator.books.line("hotline-test").offered == 0)
    }

    @Test func aSessionGivesATokenAndTakesNoOther() async throws {
        _ = try await bench.serve(
            source: """
                type: http-poll
                url: URL/orders
                auth:
                  type: session
                  login: { url: URL/login, body: { json: { user: sluice } } }
                  token: $.data.token
                  send: { header: token }
                """, records: "$[*]")
        #expect(try await bench.get("/orders", token: "none").status == 401)
        let login = try await bench.call("POST", "/login", headers: [])
        let token = try JSONDocument.parse(login.body).root["data"]?["token"]?.string ?? ""
        #expect(try await bench.call("GET", "/orders", headers: [("token", token)]).status == 200)
    }

    @Test func sinceHoldsBackWhatIsOlder() async throws {
        _ = try await bench.serve(
            source: """
                type: http-poll
                url: URL/orders
                page: { style: cursor, param: next, items: "$.rows[*]", next: $.next }
                since: { param: after, from: $.time, format: epoch-s }
                """, records: "$.rows[*]")
        let old = try JSONDocument.parse(try await bench.get("/orders?after=0", token: "").body).root
        #expect(old["rows"]?[0] != nil)
        #expect(old["next"]?.isNull == true)
        let later = bench.start.seconds + 3600
        let new = try JSONDocument.parse(try await bench.get("/orders?after=\(later)", token: "").body).root
        #expect(new["rows"]?[0] == nil)
    }

    @Test func repliesAreCountedOnceHoweverOftenTheyCome() async throws {
        let simulator = try await bench.serve(
            source: "type: http-poll\nurl: URL/orders", records: "$[*]",
            reply: """
                type: http
                url: URL/orders/{external_id}/reply
                auth: { type: api-key, header: X-Key, key: "${env:RIGHT}" }
                body: { json: { text: "{reply.public_text}" } }
                success: { where: $.result, equals: [ok] }
                """)
        let headers = [("X-Key", "right"), ("Idempotency-Key", "reply-1")]
        let answer = try await bench.call("POST", "/orders/42/reply", headers: headers)
        #expect(String(decoding: answer.body, as: UTF8.self) == #"{"result":"ok"}"#)
        _ = try await bench.call("POST", "/orders/42/reply", headers: headers)
        #expect(try await bench.call("POST", "/orders/42/reply", headers: [("X-Key", "wrong")]).status == 401)
        let line = simulator.books.line("hotline-test")
        #expect((line.replies.count, line.repeatedReplies, line.strangeReplies) == (1, 1, 1))
    }

    @Test func repliesInATableAreCountedByTheirIds() async throws {
        let simulator = try await bench.serve(
            source: "type: http-poll\nurl: URL/orders", records: "$[*]",
            reply: """
                type: exchange-table
                url: "sqlite:FOLDER/front.db"
                table: reply
                unique: no
                insert: { no: "{reply.id}", text: "{reply.public_text}" }
                """)
        #expect(simulator.replying == ["hotline-test"])
        let offering = Task { await simulator.offer(to: "http://127.0.0.1:9") }
        await offering.value
        let place = Config(ConfigValue(.map([.init(key: "url", value: .init("sqlite:" + bench.path("front.db")))])))
        let console = try await TableConnection.open(TableAddress(place))
        for _ in 0..<2 {
            _ = try await console.run {
                try $0.execute("INSERT INTO reply VALUES ('r1', 'a'), ('r2', 'b') ON CONFLICT (no) DO NOTHING", [])
            }
            await simulator.readReplies()
        }
        await console.close()
        #expect(simulator.books.line("hotline-test").replies == ["r1", "r2"])
    }

    @Test func repliesThatAProgramLeftAreCountedAndOtherFilesAreStrange() async throws {
        let simulator = try await bench.serve(
            source: "type: http-poll\nurl: URL/orders", records: "$[*]",
            reply: "type: exec\ncommand: [programs/keep.sh, FOLDER/replies]")
        #expect(simulator.replying == ["hotline-test"])
        await simulator.readReplies()
        #expect(simulator.books.line("hotline-test").replies.isEmpty)
        try bench.write("replies/r1.json", #"{"reply":{"id":"r1"}}"#)
        try bench.write("replies/.r2.part", #"{"reply":"#)
        try bench.write("replies/other.json", "{}")
        for _ in 0..<2 { await simulator.readReplies() }
        let line = simulator.books.line("hotline-test")
        #expect(line.replies == ["r1"] && line.strangeReplies == 1)
    }

    @Test func theSameSeedTellsTheSameStories() async throws {
        let source = "type: http-poll\nurl: URL/orders"
        _ = try await bench.serve(source: source, records: "$[*]")
        let first = try await bench.get("/orders", token: "").body
        let other = SimulatorBench()
        _ = try await other.serve(source: source, records: "$[*]")
        #expect(try await other.get("/orders", token: "").body == first)
    }
}
