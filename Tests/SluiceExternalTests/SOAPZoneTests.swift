import CurlKit
import Foundation
import HTTPSender
import SluiceConfig
import SluiceExternal
import SluiceSDK
import SluiceTesting
import Synchronization
import Testing

/// The shipped SOAP, XML and form channels in a real zone, against a real server.
@Suite struct SOAPZoneTests {
    private static let configs =
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path + "/channel-configs"

    /// A shipped channel below its header, with its references filled in.
    private static func channel(_ path: String, _ values: [String: String]) throws -> String {
        let text = try String(contentsOfFile: "\(configs)/\(path).yaml", encoding: .utf8)
        let start = try #require(text.range(of: "\nsource:"))
        return values.reduce(String(text[start.lowerBound...])) { $0.replacingOccurrences(of: $1.key, with: $1.value) }
    }

    private static func sample(_ path: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(configs)/samples/\(path)")))
    }

    private static func soap(_ server: StubServer) throws -> String {
        try channel(
            "hotlines/hotline-12328",
            [
                "${env:HOTLINE_12328_URL}": "http://127.0.0.1:\(server.port)", "${env:HOTLINE_12328_USER}": "gateway",
                "${env:HOTLINE_12328_PASSWORD}": "${env:SECRET}",
                "  every: 60s": "  every: 20ms\n  retry: { attempts: 1, backoff: 1ms..5ms }",
            ])
    }

    @Test func aSOAPServiceIsAskedUntilItAnswersAndItsPackedOrdersBecomeTickets() async throws {
        let orders = try Self.sample("hotline-12328/packed-gb2312/input.xml")
        let fault = try Self.sample("hotline-12328/soap-fault/input.xml")
        let calls = Mutex(0)
        let server = try StubServer { _ in
            let call = calls.withLock { count in
                count += 1
                return count
            }
            var answer = StubServer.Answer(
                call < 3 ? 500 : 200, headers: [("Content-Type", "text/xml; charset=GB2312")])
            answer.bytes = call < 3 ? fault : orders
            return answer
        }
        let zone = try await ZoneFixture(["soap": try Self.soap(server)])
        for _ in 0..<500 where try await zone.ticketCount() < 1 { try await Task.sleep(for: .milliseconds(20)) }
        await zone.stop()
        let request = try #require(server.requests.first)
        #expect(request.method == "POST")
        #expect(request.target == "/services/WorkOrderService")
        #expect(request.header("soapaction") == "\"urn:workorder/getWorkOrders\"")
        #expect(request.header("content-type") == "text/xml; charset=utf-8")
        #expect(
            request.header("authorization") == "Basic " + Base64.encode(Array("gateway:\(ZoneFixture.secret)".utf8)))
        #expect(request.text.contains("<w:city>370400</w:city>"))
        // One order is sound, one has a date that is none.
        #expect(try await zone.ticketCount() == 1)
        let rejects = try RejectDesk(store: zone.store).list()
        #expect(rejects.map(\.fault.code) == ["map.date"])
    }

    @Test func aReplyGoesBackAsSOAPAndTheServiceSaysWhetherItIsTaken() async throws {
        let code = Mutex("0")
        let server = try StubServer { _ in
            StubServer.Answer(
                200,
                """
                <s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><r:submitResultResponse xmlns:r="urn:workorder">\
                <code>\(code.withLock { $0 })</code></r:submitResultResponse></s:Body></s:Envelope>
                """)
        }
        let zone = try await ZoneFixture(["soap": try Self.soap(server)])
        await zone.stop()
        let use = try #require(zone.files.first?.reply?.sender)
        let sender = try HTTPReplySender(use.config, context: ChannelContext(channelID: "soap"))
        let reply = Reply(
            id: "r-1", ticketID: "t-1", channelID: "soap", externalID: "JT<7>", event: "replied", status: "replied",
            publicText: "已退款 & 致歉", repliedAt: "2026-01-06T10:00:00+08:00")
        #expect(try await sender.send(reply).status == 200)
        let request = try #require(server.requests.last)
        #expect(request.header("soapaction") == "\"urn:workorder/submitResult\"")
        #expect(request.text.contains("<w:no>JT&lt;7&gt;</w:no>"))
        #expect(request.text.contains("<w:result>已退款 &amp; 致歉</w:result>"))
        #expect(request.text.contains("<w:time>2026-01-06 10:00:00</w:time>"))
        code.withLock { $0 = "17" }
        let refusal = await #expect(throws: PluginError.self) { try await sender.send(reply) }
        #expect(refusal?.code == "http.not-taken")
    }

    @Test func pushedXMLIsAnsweredInXML() async throws {
        let zone = try await ZoneFixture([
            "xml": try Self.channel("../Tests/Channels/pushed-reports", [:])
        ])
        let headers = [("X-App-Key", ZoneFixture.secret), ("Content-Type", "text/xml")]
        let body = try Self.sample("hotline-12369/two-reports/input.xml")
        let taken = try await zone.post("/channels/reports", body, headers: headers)
        #expect(taken.status == 200)
        #expect(taken.header("content-type") == "text/xml; charset=utf-8")
        #expect(taken.text == "<response><code>0</code><accepted>2</accepted><rejected>0</rejected></response>")
        let refused = try await zone.post(
            "/channels/reports", try Self.sample("hotline-12369/doctype/input.xml"), headers: headers)
        #expect(refused.status == 422)
        #expect(refused.text.contains("<message>line 2, column 1: the document has a DOCTYPE"))
        let stranger = try await zone.post("/channels/reports", body, headers: [("Content-Type", "text/xml")])
        #expect(stranger.status == 401)
        #expect(stranger.text == "<response><code>1</code><message>not authenticated</message></response>")
        #expect(try await zone.ticketCount() == 2)
        await zone.stop()
    }

    @Test func pushedFormsAreTakenWithTheContentTypeTheyCameWith() async throws {
        let zone = try await ZoneFixture([
            "form": try Self.channel("../Tests/Channels/pushed-letters", [:])
        ])
        let type = "multipart/form-data; boundary=----WebKitFormBoundary7MA4YWxkTrZu0gW"
        let letters = try Self.sample("../../Tests/Channels/letter-with-photos.form")
        let taken = try await zone.post(
            "/channels/letters", letters, headers: [("X-Portal-Key", ZoneFixture.secret), ("Content-Type", type)])
        #expect(taken.text == "success")
        let cut = try await zone.post(
            "/channels/letters", Array(letters.dropLast(30)),
            headers: [("X-Portal-Key", ZoneFixture.secret), ("Content-Type", type)])
        #expect(cut.text == "failure: the form ends before its last boundary")
        #expect(try await zone.ticketCount() == 1)
        await zone.stop()
    }

    @Test func aFormMayBeSignedInAFieldOfItsOwn() async throws {
        let channel = try Self.channel("../Tests/Channels/pushed-letters", [:]).replacingOccurrences(
            of: "auth: { type: api-key, header: X-Portal-Key, key: \"${env:SECRET}\" }",
            with: """
                auth: { type: signature, algorithm: sha256, secret: "${env:SECRET}", text: "{sorted_params}{secret}", encoding: hex, \
                send: { signature: body sign, timestamp: body submitTime }, timestamp_format: epoch-ms, window: 3650d }
                """)
        let zone = try await ZoneFixture(["form": channel])
        let now = Timestamp.now().milliseconds
        let fields = "content=%E8%B7%AF%E7%81%AF&letterNo=S-1&submitTime=\(now)"
        let signature = Hex.encode(SHA256.hash("content=路灯&letterNo=S-1&submitTime=\(now)" + ZoneFixture.secret))
        let headers = [("Content-Type", "application/x-www-form-urlencoded")]
        let taken = try await zone.post(
            "/channels/letters", Array("\(fields)&sign=\(signature)".utf8), headers: headers)
        #expect(taken.text == "success")
        let forged = try await zone.post(
            "/channels/letters", Array("\(fields)&extra=1&sign=\(signature)".utf8), headers: headers)
        #expect(forged.text == "failure: not authenticated")
        #expect(try await zone.ticketCount() == 1)
        await zone.stop()
    }
}
