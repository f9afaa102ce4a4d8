import CurlKit
import Logging
import SluiceConsole
import SluiceSDK
import SluiceStore
import Testing

@testable import SluiceInternal

@Suite struct HandlerAPITests {
    private static let ticketID = IntakeTicket.id("A-1")

    /// A real server in front of a zone with one ticket.
    private func serving(_ body: @escaping @Sendable (Bench, Caller) async throws -> Void) async throws {
        let bench = try Bench([
            .fallback(), .copy("audit", policy: FieldPolicy(mask: [.requesterName])),
            .copy("other", matches: { _ in false }),
        ])
        try await bench.admit([.sample("A-1")])
        try await bench.serving { try await body(bench, Caller(port: $0)) }
    }

    struct Caller: Sendable {
        var port: Int

        func post(
            _ json: String, ticket: String = HandlerAPITests.ticketID, token: String? = "token-of-desk",
            path: String? = nil
        ) async throws -> CurlResponse {
            let headers = token.map { [(name: "Authorization", value: "Bearer \($0)")] } ?? []
            return try await CurlClient.shared.perform(
                CurlRequest(
                    "POST", "http://127.0.0.1:\(port)" + (path ?? "/v1/tickets/\(ticket)/events"), headers: headers,
                    body: Array(json.utf8)))
        }

        func get(_ ticket: String = HandlerAPITests.ticketID, token: String) async throws -> CurlResponse {
            try await CurlClient.shared.perform(
                CurlRequest(
                    "GET", "http://127.0.0.1:\(port)/v1/tickets/\(ticket)",
                    headers: [(name: "Authorization", value: "Bearer \(token)")]))
        }
    }

    private static func error(_ response: CurlResponse) throws -> JSONElement {
        try #require(try JSONDocument.parse(response.body).root["error"])
    }

    @Test func anEventIsTakenAndARepeatIsAnsweredTheSame() async throws {
        try await serving { _, caller in
            let event = #"{"event_id":"e-1","type":"accepted","note":"已派单"}"#
            let first = try await caller.post(event)
            let second = try await caller.post(event)
            #expect(first.status == 201 && second.status == 200)
            let answer = try JSONDocument.parse(second.body).root
            #expect(answer["status"]?.string == "in_progress")
            #expect(answer["repeated"]?.boolean == true)
        }
    }

    @Test func aRefusedTransitionIsA409WithTheAllowedEvents() async throws {
        try await serving { _, caller in
            let response = try await caller.post(#"{"event_id":"e-1","type":"closed"}"#)
            #expect(response.status == 409)
            let error = try Self.error(response)
            #expect(error["code"]?.string == "case.transition")
            #expect(
                error["allowed"].map { String(decoding: $0.minified(), as: UTF8.self) }
                    == #"["assigned","accepted","in_progress","returned"]"#)
        }
    }

    @Test func anotherEventUnderAUsedIdIsA409() async throws {
        try await serving { _, caller in
            _ = try await caller.post(#"{"event_id":"e-1","type":"accepted"}"#)
            let response = try await caller.post(#"{"event_id":"e-1","type":"feedback"}"#)
            #expect(response.status == 409)
            #expect(try Self.error(response)["code"]?.string == "event.id-reused")
        }
    }

    @Test(arguments: [
        ("nonsense", "event.json"), ("[]", "event.json"), (#"{"type":"accepted"}"#, "event.missing-field"),
        (#"{"event_id":"e","type":"eaten"}"#, "event.type"),
        (#"{"event_id":"e","type":"accepted","x":1}"#, "event.unknown-field"),
        (#"{"event_id":7,"type":"accepted"}"#, "event.field-type"),
        (#"{"event_id":"e","event_id":"f","type":"accepted"}"#, "event.duplicate-field"),
        (#"{"event_id":"e","type":"replied","replied_at":"gestern"}"#, "event.replied-at"),
        (#"{"event_id":"e","type":"replied"}"#, "event.public-text"),
        (#"{"event_id":"e","type":"returned"}"#, "event.reason"),
        (String(repeating: "[", count: 5000), "event.json"),
    ])
    func whatIsWrongInAnEventIsNamed(body: String, code: String) async throws {
        try await serving { _, caller in
            let response = try await caller.post(body)
            #expect(response.status == 400)
            #expect(try Self.error(response)["code"]?.string == code)
        }
    }

    @Test func strangersLearnNothing() async throws {
        try await serving { _, caller in
            let event = #"{"event_id":"e-1","type":"accepted"}"#
            for token in [nil, "", "token-of-des", "token-of-desk-"] as [String?] {
                let response = try await caller.post(event, token: token)
                #expect(response.status == 401)
                #expect(response.header("www-authenticate") == "Bearer")
            }
            #expect(try await caller.post(event, token: nil, path: "/v1/elsewhere").status == 401)
            #expect(try await caller.post(event, path: "/v1/elsewhere").status == 404)
            #expect(try await caller.post(event, token: "token-of-audit").status == 403)
            let (foreign, unknown) = (
                try await caller.post(event, token: "token-of-other"), try await caller.post(event, ticket: "none")
            )
            #expect(foreign.status == 404)
            #expect(foreign.body == unknown.body)
        }
    }

    @Test func aTicketIsReadWithTheReadersMasks() async throws {
        try await serving { _, caller in
            let own = try JSONDocument.parse(try await caller.get(token: "token-of-desk").body).root
            let copy = try JSONDocument.parse(try await caller.get(token: "token-of-audit").body).root
            #expect(own["requester"]?["name"]?.string == "张三丰")
            #expect(copy["requester"]?["name"]?.string == "张**")
            #expect(copy["handling"]?["status"]?.string == "received")
            #expect(try await caller.get(token: "token-of-other").status == 404)
        }
    }

    @Test func aBodyOverTheLimitIsRefused() async throws {
        try await serving { _, caller in
            let long = #"{"event_id":"e","type":"accepted","note":""# + String(repeating: "a", count: 600_000) + #""}"#
            let response = try await caller.post(long)
            #expect(response.status == 413)
        }
    }

    @Test func whenTheStoreFailsTheHandlerIsToldToComeAgain() async throws {
        try await serving { bench, caller in
            try bench.store.close()
            let response = try await caller.post(#"{"event_id":"e-1","type":"accepted"}"#)
            #expect(response.status == 503)
            #expect(response.header("retry-after") == "5")
            #expect(try Self.error(response)["code"]?.string == "api.unavailable")
        }
    }

    @Test func otherAddressesAreServedBehindAProxyOnly() throws {
        let bench = try Bench([.fallback()])
        let logger = Logger(label: "test")
        #expect(throws: ListenError.self) {
            _ = try HandlerAPI(address: ListenAddress("0.0.0.0:0"), zone: bench.zone, logger: logger)
        }
        #expect(throws: Never.self) {
            _ = try HandlerAPI(
                address: ListenAddress("0.0.0.0:0"), isBehindProxy: true, zone: bench.zone, logger: logger)
        }
    }
}
