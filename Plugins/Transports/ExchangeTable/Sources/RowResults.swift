internal import SluiceSDK

/// What became of each row of a message.
struct RowResults {
    struct Row {
        var ticketID: String?
        /// Why it was rejected, fit for the upstream's eyes.
        var error: String?
    }

    private(set) var rows: [Row] = []

    init(_ taken: TakenRows, _ outcome: MessageOutcome) {
        let count = taken.keys.count
        let whole = outcome.rejects.first { $0.record == nil }
        if whole != nil, outcome.accepted == 0 {
            rows = Array(repeating: Row(error: whole?.description ?? Self.unknown), count: count)
            return
        }
        let rejected = Set(outcome.rejectedRecords)
        let reasons = Dictionary(
            outcome.rejects.compactMap { fault in fault.record.map { ($0, fault.description) } }
        ) { first, _ in first }
        var tickets = outcome.ticketIDs.makeIterator()
        // One record for each row is what the format ndjson makes; with another one nobody knows whose a ticket is.
        let isAligned = outcome.ticketIDs.count + rejected.count == count
        rows = (0..<count).map { index in
            if isAligned, rejected.contains(index) { return Row(error: reasons[index] ?? Self.unknown) }
            if isAligned { return Row(ticketID: tickets.next()) }
            return Row(error: outcome.accepted == 0 && outcome.rejected > 0 ? Self.unknown : nil)
        }
    }

    private static let unknown = "rejected; `sluice rejects list` on the gateway says why"
}
