import CurlKit
import Foundation
import SluiceExternal
import SluiceSDK
import Testing

/// What an upstream may do wrong: each has a clear answer that leaks nothing, and a line on the channel's status.
@Suite struct BadPushTests {
    private static let signed = """
        source:
          type: http-push
          path: /signed
          auth:
            type: signature
            algorithm: hmac-sha256
            secret: ${env:SECRET}
            text: "{timestamp}.{body}"
            encoding: hex
            send: { signature: header X-Signature, timestamp: header X-Timestamp }
            window: 5m
        format: { type: json, records: "$[*]" }

        """ + ZoneFixture.mapping

    private static let open = """
        limits: { message: 64KiB, record: 4KiB, depth: 16, time: 5s }
        source: { type: http-push, path: /open, auth: { type: api-key, header: X-Key, key: "${env:SECRET}" } }
        format: { type: json, records: "$[*]" }

        """ + ZoneFixture.mapping

    private let key = [("X-Key", ZoneFixture.secret)]

    private func signedHeaders(_ body: String, at seconds: Int, key: String = ZoneFixture.secret) -> [(String, String)]
    {
        let signature = Hex.encode(hmacSHA256(key: Array(key.utf8), Array("\(seconds).\(body)".utf8)))
        return [("X-Signature", signature), ("X-Timestamp", String(seconds))]
    }

    @Test func aGoodSignatureIsTakenAndARepeatIsAnsweredTheSame() async throws {
        let zone = try await ZoneFixture(["signed": Self.signed])
        let body = "[\(ZoneFixture.record(1))]"
        let headers = signedHeaders(body, at: Timestamp.now().seconds)
        let first = try await zone.post("/signed", Array(body.utf8), headers: headers)
        let second = try await zone.post("/signed", Array(body.utf8), headers: headers)
        #expect(first.status == 200)
        #expect(second.status == 200)
        let ticket = { (response: CurlResponse) in try JSONDocument.parse(response.body).root["ticket_id"]?.string }
        #expect(try ticket(first) != nil)
        #expect(try ticket(first) == ticket(second))
        #expect(try await zone.ticketCount() == 1)
    }

    @Test(arguments: ["wrong key", "stale", "none", "other body"])
    func aPushThatIsNotProvenIs401AndNothingIsStored(_ fault: String) async throws {
        let zone = try await ZoneFixture(["signed": Self.signed])
        let body = "[\(ZoneFixture.record(1))]"
        let now = Timestamp.now().seconds
        let headers =
            switch fault {
            case "wrong key": signedHeaders(body, at: now, key: "guessed")
            case "stale": signedHeaders(body, at: now - 600)
            case "other body": signedHeaders(body + " ", at: now)
            default: [(String, String)]()
            }
        let answer = try await zone.post("/signed", Array(body.utf8), headers: headers)
        #expect(answer.status == 401)
        #expect(!answer.text.contains(ZoneFixture.secret))
        #expect(!answer.text.contains("路灯"))
        let status = try await zone.status("signed") { $0.counts["refused"] == 1 }
        #expect(status?.counts["refused"] == 1)
        #expect(status?.lastError?.contains("401") == true)
        #expect(try await zone.ticketCount() == 0)
    }

    @Test func aBodyOverTheLimitIs413() async throws {
        let zone = try await ZoneFixture(["open": Self.open])
        let body = "[\(ZoneFixture.record(1, text: String(repeating: "字", count: 30_000)))]"
        let answer = try await zone.post("/open", Array(body.utf8), headers: key)
        #expect(answer.status == 413)
        let status = try await zone.status("open") { $0.counts["refused"] == 1 }
        #expect(status?.lastError?.contains("413") == true)
    }

    @Test func anUnknownPathIs404WithoutAHint() async throws {
        let zone = try await ZoneFixture(["open": Self.open])
        let answer = try await zone.post("/opem", Array("[]".utf8), headers: key)
        #expect(answer.status == 404)
        #expect(!answer.text.contains("/open"))
    }

    @Test(arguments: [
        ("[" + String(repeating: "[", count: 40) + String(repeating: "]", count: 40) + "]", "json.depth"),
        (#"[{"no":"N-1","#, "json.truncated"), ("not json", "json."), (#"{"no":"N-1"}"#, "map."),
    ])
    func aMessageOfWhichNothingCanBeTakenIs422AndKeptOnce(_ body: String, _ code: String) async throws {
        let zone = try await ZoneFixture(["open": Self.open])
        for _ in 0..<2 {
            let answer = try await zone.post("/open", Array(body.utf8), headers: key)
            #expect(answer.status == 422, "\(answer.text)")
        }
        let rejects = try RejectDesk(store: zone.store).list()
        #expect(rejects.count == 1)
        #expect(rejects.first?.fault.code.hasPrefix(code) == true, "\(rejects)")
        let status = try await zone.status("open") { $0.lastError?.contains("rejected") == true }
        #expect(status?.lastError?.contains("rejected") == true)
    }

    @Test func goodRecordsGoOnBesideBadOnesAndTheAnswerCountsBoth() async throws {
        let zone = try await ZoneFixture(["open": Self.open])
        var body = Array(#"[\#(ZoneFixture.record(1)),{"no":"N-2","time":"2026-01-05 09:00:00"},"#.utf8)
        body += Array(#"{"no":"N-3","time":"2026-01-05 09:00:00","text":"a"#.utf8) + [0xFF, 0xFE] + Array(#""},"#.utf8)
        body += Array(#"{"no":"N-4","time":"yesterday","text":"x"},\#(ZoneFixture.record(5))]"#.utf8)
        let answer = try await zone.post("/open", body, headers: key)
        #expect(answer.status == 200)
        let document = try JSONDocument.parse(answer.body).root
        #expect(document["accepted"]?.integer == 2)
        #expect(document["rejected"]?.integer == 3)
        let codes = Set(try RejectDesk(store: zone.store).list().map(\.fault.code))
        #expect(codes == ["map.required", "json.utf8", "map.date"])
        #expect(try await zone.ticketCount() == 2)
    }

    @Test func aSenderThatIsTooSlowIs408AndTheNextOneIsServed() async throws {
        let zone = try await ZoneFixture(["open": Self.open])
        let answer = try await zone.slowPost("/open", headers: key)
        #expect(answer.contains("408"), "\(answer)")
        let next = try await zone.post("/open", Array("[\(ZoneFixture.record(1))]".utf8), headers: key)
        #expect(next.status == 200)
        let status = try await zone.status("open") { $0.counts["refused"] == 1 }
        #expect(status?.lastError?.contains("408") == true)
    }

    @Test func oneChannelWithABadFileLeavesTheOthersServing() async throws {
        let zone = try await ZoneFixture(["open": Self.open, "broken": "source: { type: http-pusch }\n"])
        let answer = try await zone.post("/open", Array("[\(ZoneFixture.record(1))]".utf8), headers: key)
        #expect(answer.status == 200)
        let status = try await zone.status("broken") { $0.state == "misconfigured" }
        #expect(status?.state == "misconfigured")
        #expect(status?.detail?.contains("broken.yaml:6") == true, "\(status?.detail ?? "")")
    }
}
