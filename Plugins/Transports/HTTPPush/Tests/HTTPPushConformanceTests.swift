import HTTPPushTransport
import SluiceSDK
import SluiceTesting
import Testing

@Suite struct HTTPPushConformanceTests {
    @Test(arguments: PushCase.allCases, KeyBench.Proof.allCases)
    func conforms(_ scenario: PushCase, proof: KeyBench.Proof) async throws {
        try await PushConformance.run(scenario) { KeyBench(proof: proof) }
    }
}

/// Callers with a key in its place, and answers as Sluice makes them or as an upstream insists on them.
struct KeyBench: PushBench {
    enum Proof: String, CaseIterable, CustomTestStringConvertible {
        case key, bearer, basic, keyWithOwnAnswers, keyWithXMLAnswers

        var testDescription: String { rawValue }
    }

    let proof: Proof

    func transport() throws -> any PushTransport {
        let auth: ConfigLiteral =
            switch proof {
            case .key, .keyWithOwnAnswers, .keyWithXMLAnswers:
                ["type": "api-key", "header": "X-API-Key", "key": "key-of-the-upstream"]
            case .bearer: ["type": "bearer", "token": "token-of-the-upstream"]
            case .basic: ["type": "basic", "user": "upstream", "password": "word-of-the-upstream"]
            }
        let respond: ConfigLiteral =
            switch proof {
            case .keyWithOwnAnswers:
                [
                    "accepted": ["json": ["success": true, "id": "{ticket_id}"], "headers": ["X-Code": "{code}"]],
                    "rejected": ["status": 200, "json": ["success": false, "why": "{reason}", "code": "{code}"]],
                ]
            case .keyWithXMLAnswers:
                [
                    "accepted": ["xml": "<ok>{ticket_id}</ok>"],
                    "rejected": ["xml": "<no>{reason}</no>", "headers": ["X-Reason": "{reason}"]],
                ]
            case .key, .bearer, .basic: [:]
            }
        let config: ConfigLiteral = ["path": "/channels/a", "auth": auth, "respond": respond]
        return try HTTPPushTransport(
            Config(config, spec: HTTPPushTransport.spec.config), context: ChannelContext(channelID: "a"))
    }

    func request(_ body: [UInt8]) -> PushRequest { request(body, headers(right: true)) }

    func strangers(_ body: [UInt8]) -> [PushRequest] {
        [
            request(body, []), request(body, headers(right: false)),
            request(body, headers(right: true).map { ($0.name, $0.value + "x") }),
            request(body, headers(right: true).map { ($0.name, "") }),
        ]
    }

    private func headers(right isRight: Bool) -> [(name: String, value: String)] {
        let word = isRight ? "of-the-upstream" : "of-somebody-else"
        return switch proof {
        case .key, .keyWithOwnAnswers, .keyWithXMLAnswers: [("x-api-key", "key-\(word)")]
        case .bearer: [("authorization", "Bearer token-\(word)")]
        case .basic: [("authorization", "Basic " + Base64.encode(Array("upstream:word-\(word)".utf8)))]
        }
    }

    private func request(_ body: [UInt8], _ headers: [(name: String, value: String)]) -> PushRequest {
        PushRequest(
            method: "POST", path: "/channels/a", headers: headers + [("content-type", "application/json")], body: body,
            remoteAddress: "10.0.0.9", now: 1_800_000_000)
    }
}
