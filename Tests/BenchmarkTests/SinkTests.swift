import Synchronization
import Testing

@testable import sluice_bench

/// The handler of the benchmark tells events by their ids.
@Suite struct SinkTests {
    private func event(_ id: String, ticket: String) -> String {
        #"{"specversion":"1.0","id":"\#(id)","source":"/sluice/370400","data":{"external_id":"\#(ticket)","title":"a"}}"#
    }

    /// Delivered in one batch each.
    private func arrival(_ batches: [[String]], beside: String? = nil) throws -> Arrival {
        let sink = try Sink(sent: Moments(count: 3), beside: beside)
        sink.start()
        let socket = try Socket.connect(port: sink.port)
        defer { socket.shut() }
        for batch in batches {
            let body = Array("[\(batch.joined(separator: ","))]".utf8)
            try socket.write(Push.request(body, path: "/", .ndjson))
            #expect(try socket.message()?.status == 204)
        }
        let arrival = sink.arrival
        #expect(sink.events.load(ordering: .relaxed) == arrival.total)
        return arrival
    }

    @Test func theSameIDAgainIsCountedApart() throws {
        let (one, two) = (event("a", ticket: Workload.name(0)), event("b", ticket: Workload.name(1)))
        let arrival = try arrival([[one, two], [one, two], [event("c", ticket: Workload.name(1))]])
        #expect(arrival.events == [1, 2, 0])
        #expect(arrival.repeated == 2 && arrival.unexpected == 0)
    }

    @Test func ticketsThatNobodySentAreUnexpected() throws {
        let arrival = try arrival([
            [event("a", ticket: Workload.name(3)), event("b", ticket: "B-12"), event("c", ticket: "F-1")]
        ])
        #expect(arrival.total == 0 && arrival.unexpected == 3)
    }

    @Test func aLetterIsKnownByItsMessageID() throws {
        let letter = Workload.name(1) + Workload.mailbox
        let arrival = try arrival([[event("a", ticket: letter), event("b", ticket: letter + "x")]])
        #expect(arrival.events == [0, 1, 0])
        #expect(arrival.unexpected == 1)
    }

    @Test func whatIsSentBesideIsCountedApart() throws {
        let arrival = try arrival([[event("a", ticket: "F-1"), event("b", ticket: Workload.name(2))]], beside: "F-")
        #expect(arrival.events == [0, 0, 1])
        #expect(arrival.beside == 1 && arrival.unexpected == 0)
    }

    @Test func anEventWithoutATicketIsUnexpected() throws {
        let arrival = try arrival([[#"{"specversion":"1.0","id":"a","data":{}}"#]])
        #expect(arrival.unexpected == 1)
    }
}
