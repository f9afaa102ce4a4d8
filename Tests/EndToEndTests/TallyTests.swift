import CurlKit
import SluiceSDK
import SluiceTesting
import Testing

/// The internal side judges the ledgers by its own store and by what the outside says in tallies.
@Suite(.serialized) struct TallyTests {
    @Test func whatTheOutsideCountedIsKnownInsideAlsoAfterAKill() async throws {
        let gateway = try await Gateway()
        try await gateway.start()
        #expect(try await gateway.push(Gateway.records(1...5)).status == 200)
        gateway.kill()
        try await gateway.start()
        #expect(try await gateway.push(Gateway.records(4...8)).status == 200)
        var answer = ""
        try await eventually {
            let result = try await gateway.sluice(["reconcile", "--inside", "--format", "json"])
            answer = result.output
            return result.status == 0 && answer.contains(#""received":10,"new":8,"#)
        }
        #expect(answer.contains(#""absorbed":2,"#) && answer.contains(#""here":8,"#), "\(answer)")
    }

    @Test func whatIsHeldIsNamedAndNoImbalance() async throws {
        let gateway = try await Gateway(release: "review")
        try await gateway.start()
        let pushed = try await gateway.push(Gateway.records(1...1))
        let ticketID = try #require(try JSONDocument.parse(pushed.body).root["ticket_id"]?.string)
        try await eventually {
            let result = try await gateway.sluice(["reconcile", "--inside", "--format", "json"])
            return result.status == 0 && result.output.contains(#""held":["\#(ticketID)"]"#)
        }
    }
}
