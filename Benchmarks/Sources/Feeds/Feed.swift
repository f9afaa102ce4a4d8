import SluiceSDK

/// One way that records reach Sluice.
protocol Feed: Sendable {
    /// Request sent → answered, or its like where nobody answers: see each feed.
    var accepts: Durations { get }
    /// Requests that were not answered with success; nil where Sluice answers nobody.
    var refused: Int? { get }
    /// What the channel's file says under `source` and below.
    var channel: String { get }
    /// Offers everything; returns once it was taken. `port` is the external zone's.
    /// - Throws: also when nothing was taken for a minute (`Patience`).
    func run(port: Int) throws
}

/// How a scenario's records reach Sluice, before there is anything to reach.
enum FeedKind: Sendable {
    /// Records in one request; requests a second over all connections, nil: as fast as they are answered; records that may
    /// be on their way to the handler, nil: any number.
    case push(RecordShape, batch: Int, connections: Int, rate: Double? = nil, window: Int? = nil)
    /// Records on one page.
    case poll(page: Int)
    /// Rows in one file; files that lie there at once.
    case files(rows: Int, atOnce: Int)
    /// Letters that lie there at once.
    case mails(atOnce: Int)

    func make(_ workload: Workload, sink: Sink, folder: String) throws -> any Feed {
        switch self {
        case .push(let shape, let batch, let connections, let rate, let window):
            PushFeed(
                workload, shape, .init(batch: batch, connections: connections, rate: rate, window: window), sink)
        case .poll(let page): try PollFeed(workload, page: page, sent: sink.sent)
        case .files(let rows, let atOnce):
            try DropFeed(workload, .csv, records: rows, atOnce: atOnce, folder: folder + "/drop", sent: sink.sent)
        case .mails(let atOnce):
            try DropFeed(workload, .mail, records: 1, atOnce: atOnce, folder: folder + "/Maildir", sent: sink.sent)
        }
    }
}
