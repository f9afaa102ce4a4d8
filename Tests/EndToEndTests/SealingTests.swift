import CurlKit
import Foundation
import SluiceSDK
import SluiceTesting
import Testing

/// Personal data between the networks: sealed by default, through changes of keys, and told when it cannot be opened.
@Suite(.serialized) struct SealingGatewayTests {
    private static let phone = "19900001234"

    @Test func neitherTheBoundaryNorTheRelayCanReadTheRequesterAndTheHandlerCan() async throws {
        let gateway = try await Gateway()
        try await gateway.start()
        #expect(try await gateway.push(Gateway.records(1...20)).status == 200)
        try await eventually { gateway.handler.requests.count == 20 }
        let delivered = gateway.handler.requests.map { String(decoding: $0.body, as: UTF8.self) }
        #expect(delivered.allSatisfy { $0.contains(Self.phone) })
        for zone in ["relay", "boundary"] { #expect(try !gateway.holds(Self.phone, in: zone), "\(zone)") }
        try await eventually { try await gateway.sluice(["reconcile"]).status == 0 }
    }

    @Test func withSealingOffTheyCanWhichShowsThatTheSearchFinds() async throws {
        let gateway = try await Gateway()
        try gateway.append("sealing: off\n", to: "external.yaml")
        try await gateway.start()
        #expect(try await gateway.push(Gateway.records(1...3)).status == 200)
        try await eventually { gateway.handler.requests.count == 3 }
        #expect(try gateway.holds(Self.phone, in: "relay"))
    }

    @Test func keysRotateWhileTicketsFlowAndNothingIsLost() async throws {
        let gateway = try await Gateway()
        try await gateway.start()
        let pushing = Task {
            for number in 0..<40 {
                _ = try await gateway.push(Gateway.records((number * 5)..<(number * 5 + 5)))
            }
        }
        for _ in 1...3 {
            let rotated = try await gateway.sluice(["boundary", "keys", "--rotate-sealing"])
            #expect(rotated.status == 0, "\(rotated)")
            try await Task.sleep(for: .milliseconds(100))
        }
        try await pushing.value
        #expect(try await gateway.push(Gateway.records(200..<201)).status == 200)
        try await eventually { Set(gateway.handler.requests.map(\.ticketID)).count == 201 }
        let folder = gateway.folder("data/internal/keys/sealing")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 4)
        try await eventually { try await gateway.sluice(["reconcile"]).status == 0 }
        #expect(try gateway.log().contains("refused") == false)
    }

    @Test func aTicketThatCannotBeOpenedIsACaseOutsideAndIsAdmittedWhenItsKeyIsBack() async throws {
        let gateway = try await Gateway()
        let folder = gateway.folder("data/internal/keys/sealing")
        let old = try #require(try FileManager.default.contentsOfDirectory(atPath: folder).first)
        try FileManager.default.moveItem(atPath: folder + "/" + old, toPath: gateway.folder("kept.key"))
        try await gateway.start()
        #expect(try await gateway.push(Gateway.records(1...2)).status == 200)
        var listed = ""
        try await eventually {
            listed = try await gateway.sluice(["rejects", "list"]).output
            return listed.components(separatedBy: "sealed.key-unknown").count == 3
        }
        let shown = try await gateway.sluice(["rejects", "show", "1"]).output
        #expect(shown.contains("was not admitted inside") && shown.contains(String(old.dropLast(4))), "\(shown)")
        #expect(gateway.handler.requests.isEmpty)
        try await eventually { try await gateway.sluice(["reconcile"]).status == 0 }

        // One is sent again to a new key, from the raw message; the other is opened by the old key, once it is back.
        try FileManager.default.removeItem(atPath: gateway.folder("data/internal/keys/sealing.crt"))
        try FileManager.default.removeItem(atPath: gateway.folder("data/external/keys/sealing.crt"))
        let made = try await gateway.sluice(["boundary", "keys"])
        #expect(made.status == 0, "\(made)")
        let replayed = try await gateway.sluice(["rejects", "replay", "1", "--by", "张敏"])
        #expect(replayed.status == 0, "\(replayed)")
        try await eventually { gateway.handler.requests.count == 1 }
        try FileManager.default.moveItem(atPath: gateway.folder("kept.key"), toPath: folder + "/" + old)
        try await eventually { Set(gateway.handler.requests.map(\.ticketID)).count == 2 }
        try await eventually { try await gateway.sluice(["reconcile"]).status == 0 }
    }

    @Test func ofAConfidentialChannelOnlyTheInsideCanReadAnything() async throws {
        let gateway = try await Gateway()
        try gateway.write("hotlines/hotline-secret.yaml", Self.secretChannel)
        try await gateway.start()
        let body =
            #"[{"no":"S-1","time":"2026-01-05 09:00:00","text":"虚报冒领补贴","tel":"13900007777"},{"no":"S-2","text":"虚报冒领"}]"#
        let response = try await CurlClient.shared.perform(
            CurlRequest(
                "POST", "http://127.0.0.1:\(gateway.port)/channels/secret", headers: [("X-Key", "test-key")],
                body: Array(body.utf8)))
        #expect(response.status == 200)
        try await eventually { gateway.handler.requests.count == 1 }
        #expect(gateway.handler.requests[0].text.contains("虚报冒领补贴"))
        #expect(gateway.handler.requests[0].text.contains("13900007777"))
        for zone in ["external", "relay", "boundary"] {
            for word in ["虚报冒领", "13900007777"] { #expect(try !gateway.holds(word, in: zone), "\(word) in \(zone)") }
        }
        #expect(try gateway.holds("虚报冒领", in: "internal"))
        // Its reject can be carried inside and read there.
        let shown = try await gateway.sluice(["rejects", "show", "1", "--to", gateway.folder("reject.der")])
        #expect(shown.status == 0 && !shown.output.contains("虚报"), "\(shown)")
        let opened = try await gateway.sluice(["tickets", "unseal", gateway.folder("reject.der")])
        #expect(opened.output.contains("虚报冒领") && opened.output.contains("S-2"), "\(opened)")
        try await eventually { try await gateway.sluice(["reconcile"]).status == 0 }
    }

    private static let secretChannel = """
        id: hotline-secret
        name: secret
        class: hotline
        level: municipal
        authority: test
        confidential: true
        source: { type: http-push, path: /channels/secret, auth: { type: api-key, header: X-Key, key: "${env:TEST_KEY}" } }
        format: { type: json, records: "$[*]" }
        ticket:
          external_id: $.no
          request_type: { const: report }
          requested_datetime: { from: $.time, date: "yyyy-MM-dd HH:mm:ss", zone: Asia/Shanghai }
          description: $.text
          requester.phone: { from: $.tel, clean: phone }
        """

    @Test func withoutItsCertificateTheExternalZoneSaysWhatToDo() async throws {
        let gateway = try await Gateway()
        try FileManager.default.removeItem(atPath: gateway.folder("data/external/keys/sealing.crt"))
        let tried = try await gateway.sluice(["external"])
        #expect(tried.status != 0)
        #expect(tried.errors.contains("key.sealing-missing") && tried.errors.contains("boundary keys"), "\(tried)")
    }
}

extension Gateway {
    /// Whether any file below a zone's folder, or the boundary's, holds the text.
    func holds(_ text: String, in zone: String) throws -> Bool {
        let folder = folder("data/" + zone)
        for name in try FileManager.default.subpathsOfDirectory(atPath: folder) where !name.hasSuffix(".sock") {
            guard let data = FileManager.default.contents(atPath: folder + "/" + name) else { continue }
            if PackedSearch.holds(text, data) { return true }
        }
        return false
    }

    func append(_ text: String, to file: String) throws {
        let path = folder("config/" + file)
        let old = try String(contentsOfFile: path, encoding: .utf8)
        try write(file, old + "\n" + text)
    }

    func log() throws -> String { try String(contentsOfFile: folder("sluice.log"), encoding: .utf8) }
}

extension StubServer.Request {
    /// Of a CloudEvent.
    var ticketID: String {
        (try? JSONDocument.parse(body).root["subject"]?.string) ?? ""
    }
}
