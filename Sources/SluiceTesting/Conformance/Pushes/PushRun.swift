internal import SluiceSDK

/// One case of a channel that is called.
struct PushRun: Sendable {
    let scenario: PushCase
    let bench: any PushBench

    init(_ scenario: PushCase, _ bench: any PushBench) { (self.scenario, self.bench) = (scenario, bench) }

    private static let bodies: [[UInt8]] = [
        [], [0], Array(0...255), Array("{\"no\":\"A-1\"}".utf8), [UInt8](repeating: 0x41, count: 1_000_000),
    ]

    func admitted() throws {
        let transport = try bench.transport()
        for body in Self.bodies {
            let request = try bench.request(body)
            let message = try transport.admit(request)
            guard message.bytes == body else { throw failure("\(body.count) bytes came through as others") }
            // A proof is long; a content type is nobody's secret.
            let secrets = request.headers.filter { $0.name != "content-type" && $0.value.count > 3 }.map(\.value)
            if let told = secrets.first(where: message.origin.contains) {
                throw failure("the origin tells '\(told)'")
            }
        }
    }

    func strangers() throws {
        let transport = try bench.transport()
        let requests = try bench.strangers(Self.bodies[3])
        guard !requests.isEmpty else { throw failure("the bench has no strangers") }
        for request in requests {
            do {
                _ = try transport.admit(request)
                throw failure("a stranger is admitted")
            } catch let refusal as PushRefusal {
                guard (400..<500).contains(refusal.status), !refusal.code.isEmpty else {
                    throw failure("a stranger is refused with \(refusal.status) \(refusal.code)")
                }
                let answer = transport.answer(.refused(refusal))
                var outcome = MessageOutcome()
                outcome.new = 1
                // Some upstreams read the status, some the body; one of the two has to tell.
                let success = transport.answer(.journalled(outcome))
                guard answer.status != success.status || answer.body != success.body else {
                    throw failure("a stranger is answered like the upstream")
                }
                let said = String(decoding: answer.body, as: UTF8.self)
                let told = request.headers.map(\.value).filter { $0.count > 3 }.first(where: said.contains)
                if let told { throw failure("a stranger is told '\(told)'") }
            }
        }
    }

    func taken() throws {
        let transport = try bench.transport()
        var (new, absorbed) = (MessageOutcome(), MessageOutcome())
        (new.new, new.ticketIDs) = (1, ["abcdefghijklmnopqrstuvwxyz"])
        (absorbed.absorbed, absorbed.ticketIDs) = (1, ["abcdefghijklmnopqrstuvwxyz"])
        let (first, again) = (transport.answer(.journalled(new)), transport.answer(.journalled(absorbed)))
        guard (200..<300).contains(first.status) else { throw failure("stored, and answered with \(first.status)") }
        guard again.status == first.status else { throw failure("known before, and answered with \(again.status)") }
        let empty = transport.answer(.journalled(MessageOutcome()))
        guard (200..<300).contains(empty.status) else { throw failure("a message without records is no failure") }
    }

    func poison() throws {
        let transport = try bench.transport()
        var (new, rejected) = (MessageOutcome(), MessageOutcome())
        new.new = 1
        rejected.rejected = 1
        rejected.rejects = [RecordFault(.map, "map.required", "'title' is empty", record: 0, field: "title")]
        let (good, bad) = (transport.answer(.journalled(new)), transport.answer(.journalled(rejected)))
        // Some upstreams read the status, some the body; one of the two has to tell.
        guard bad.status != good.status || bad.body != good.body else {
            throw failure("a rejected message is answered like one that was taken")
        }
    }

    func refused() throws {
        let transport = try bench.transport()
        for status in [401, 413, 429, 503] {
            let refusal = PushRefusal(
                status, "gateway.busy", "later", headers: [("Retry-After", "77")], detail: "only for ops")
            let answer = transport.answer(.refused(refusal))
            guard answer.headers.contains(where: { $0.name.lowercased() == "retry-after" && $0.value == "77" }) else {
                throw failure("the gateway named a time to wait, and the answer has none")
            }
            guard !String(decoding: answer.body, as: UTF8.self).contains("only for ops") else {
                throw failure("the upstream is told what is for ops alone")
            }
        }
    }

    func injection() throws {
        let transport = try bench.transport()
        for word in ["a\r\nX-Bad: 1\r\n\r\n", "\"}],\"x\":[{\"", "<a>]]></a>", "{ticket_id}", "\u{0}\u{7F}\u{202E}"] {
            var outcome = MessageOutcome()
            outcome.rejected = 1
            outcome.ticketIDs = [word]
            outcome.rejects = [RecordFault(.map, word, word, record: 0, field: word)]
            for result in [PushResult.journalled(outcome), .refused(PushRefusal(400, word, word))] {
                let answer = transport.answer(result)
                for header in answer.headers where (header.name + header.value).utf8.contains(where: { $0 < 0x20 }) {
                    throw failure("a header of the answer holds a control character")
                }
                let type = answer.headers.first { $0.name.lowercased() == "content-type" }?.value ?? ""
                if type.contains("json"), (try? JSONDocument.parse(answer.body)) == nil {
                    throw failure("the answer is no JSON any more")
                }
            }
        }
    }

    func atOnce() async throws {
        let transport = try bench.transport()
        let bench = bench
        let wrong = try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<100 {
                group.addTask {
                    let body = Array("{\"no\":\"\(number)\"}".utf8)
                    return try transport.admit(try bench.request(body)).bytes != body
                }
            }
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        guard wrong == 0 else { throw failure("\(wrong) of 100 got other bytes") }
    }

    func failure(_ reason: String) -> PushConformanceFailure {
        PushConformanceFailure(scenario: scenario, reason: reason)
    }
}
