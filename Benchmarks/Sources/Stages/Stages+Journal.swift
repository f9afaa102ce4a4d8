import NDJSONFormat
import SluiceBoundary
import SluiceExternal
import SluiceSDK
import SluiceStore

extension Stages {
    /// Raw bytes, tickets, counts and what goes across, sealed, in one synced transaction for each message: what the
    /// external zone does before it answers a push.
    func journal(_ messages: [[UInt8]], _ expected: Expectation, _ rows: inout StageRows) async throws {
        let store = try ExternalStore.open(folder: folder + "/journal")
        let steps = IntakeSteps(
            channelID: "bench", processor: try processor(), jurisdiction: "370400", zone: .shanghai, store: store,
            sealer: try sealer())
        var prepared: [IntakeSteps.Prepared] = []
        for message in messages { prepared.append(try await steps.prepare(RawMessage(bytes: message))) }
        var journalled = 0
        let start = now()
        for message in prepared {
            let outcome = try await steps.commit(message)
            journalled += outcome.new + outcome.revised
        }
        let rate = Rate.of(count, in: now() - start)
        rows.add("journal (message, tickets, outbox)", rate, beside: try sameRows(as: store.path))
        rows.expect(expected.events, journalled, "revisions journalled in this process")
        try store.close()
    }

    private func sealer() throws -> TicketSealer {
        let place = KeyFiles.SealingPlace(
            folder: folder + "/sealing", certificate: folder + "/sealing.crt", copies: [])
        _ = try KeyFiles.prepareSealing(place)
        return try TicketSealer(certificateAt: place.certificate)
    }
}
