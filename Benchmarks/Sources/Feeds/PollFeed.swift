import Foundation
import Synchronization

/// An upstream that is asked page by page. Until `run` it lets whoever asks wait.
final class PollFeed: Feed {
    /// Page asked for → next page asked for: the journal has it by then.
    let accepts = Durations()
    let refused: Int? = nil
    private let workload: Workload
    private let page: Int
    private let sent: Moments
    private let listener: Listener
    private let isOpen = DispatchSemaphore(value: 0)
    private let isDone = DispatchSemaphore(value: 0)
    private let wasOpened = Atomic<Bool>(false)
    private let wasDone = Atomic<Bool>(false)
    private let lastAsked = Atomic<UInt64>(0)
    private let patience: Patience

    init(_ workload: Workload, page: Int, sent: Moments, patience: Patience = Patience()) throws {
        self.workload = workload
        self.page = page
        self.sent = sent
        self.patience = patience
        listener = try Listener()
        listener.start { [self] socket in while let request = try socket.message() { try answer(request.head, socket) }
        }
    }

    var channel: String {
        """
        source:
          type: http-poll
          url: http://127.0.0.1:\(listener.port)/orders
          every: 24h
          page: { style: number, param: page, items: "$.rows[*]", stop: empty }
        \(ChannelText.body(.jsonPage))
        """
    }

    func run(port: Int) throws {
        patience.renew()
        isOpen.signal()
        while isDone.wait(timeout: .now() + .seconds(1)) == .timedOut { try patience.check("nobody asks for a page") }
    }

    private func answer(_ head: String, _ socket: Socket) throws {
        if !wasOpened.exchange(true, ordering: .relaxed) { isOpen.wait() }
        patience.renew()
        let asked = now()
        let before = lastAsked.exchange(asked, ordering: .relaxed)
        if before > 0 { accepts.add(asked - before) }
        let number = head.firstRange(of: "page=").map { Int(head[$0.upperBound...].prefix { $0.isNumber }) ?? 1 } ?? 1
        let first = min((number - 1) * page, workload.count)
        let records = first..<min(first + page, workload.count)
        for record in records where sent[record] == 0 { sent[record] = asked }
        let body = workload.message(records, as: .jsonPage)
        try socket.write(
            Array(
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: \(body.count)\r\n\r\n".utf8)
                + body)
        if records.isEmpty, !wasDone.exchange(true, ordering: .relaxed) { isDone.signal() }
    }
}
