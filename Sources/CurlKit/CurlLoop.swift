internal import CCurl
internal import Foundation
internal import Synchronization

/// Owns the multi handle and the thread that alone may touch it.
///
/// Unchecked: `multi` and `running` belong to the thread, but for `curl_multi_wakeup`, which libcurl allows from
/// anywhere and which is only called under the lock while the handle lives.
final class CurlLoop: @unchecked Sendable {
    enum Command {
        case start(CurlTransfer)
        case cancel(CurlTransfer)
    }

    private struct Inbox {
        var commands: [Command] = []
        var isStopping = false
    }

    private let multi: UnsafeMutableRawPointer
    private let inbox = Mutex(Inbox())
    private var running: [UnsafeMutableRawPointer: CurlTransfer] = [:]
    /// Cut short, and to end by themselves.
    private var ending: [CurlTransfer] = []
    private var isClosed = false
    private var spare: [UnsafeMutableRawPointer] = []

    /// Easy handles kept for the next request: making one costs more than resetting it.
    private static let mostSpare = 64
    private static let isReady: Bool = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    init(connectionsPerHost: Int, connections: Int) {
        precondition(Self.isReady, "libcurl does not start")
        guard let multi = curl_multi_init() else { preconditionFailure("out of memory") }
        self.multi = multi
        _ = sluice_curl_multi_set_long(multi, CURLMOPT_MAX_HOST_CONNECTIONS, connectionsPerHost)
        _ = sluice_curl_multi_set_long(multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, connections)
        _ = sluice_curl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, connections)
    }

    deinit {
        for easy in spare { curl_easy_cleanup(easy) }
        curl_multi_cleanup(multi)
    }

    func start() {
        let thread = Thread { self.run() }
        thread.name = "curl"
        thread.start()
    }

    func stop() {
        inbox.withLock { inbox in
            inbox.isStopping = true
            curl_multi_wakeup(multi)
        }
    }

    func submit(_ command: Command) {
        inbox.withLock { inbox in
            // One wake-up is enough for everything that lies here when the thread looks.
            if inbox.commands.isEmpty { curl_multi_wakeup(multi) }
            inbox.commands.append(command)
        }
    }

    private func run() {
        while true {
            let (commands, isStopping) = inbox.withLock { inbox in
                defer { inbox.commands = [] }
                return (inbox.commands, inbox.isStopping)
            }
            for command in commands { obey(command) }
            if isStopping { break }
            var count: Int32 = 0
            curl_multi_perform(multi, &count)
            collect()
            endCutShort()
            curl_multi_poll(multi, nil, 0, 1000, nil)
        }
        isClosed = true
        for transfer in running.values { cutShort(transfer) }
        endCutShort()
    }

    private func obey(_ command: Command) {
        switch command {
        case .start(let transfer):
            if transfer.isCancelled.load(ordering: .acquiring) {
                transfer.resume(.failure(CancellationError()))
            } else {
                begin(transfer)
            }
        case .cancel(let transfer):
            // Finished already, or not begun: then `start` sees the flag.
            if transfer.easy != nil { cutShort(transfer) }
        }
    }

    /// Ends a transfer in its middle.
    ///
    /// libcurl takes one that is merely removed for a success: it ends a letter of which half was sent with its dot,
    /// so that the half counts as a letter, and waits for the other side's answer on this thread. One that has run out
    /// of time it ends as broken, without a word.
    private func cutShort(_ transfer: CurlTransfer) {
        guard let easy = transfer.easy else { return }
        if transfer.request.family == .web { return finish(transfer, .failure(whyCutShort)) }
        _ = sluice_curl_set_long(easy, CURLOPT_TIMEOUT_MS, 1)
        ending.append(transfer)
    }

    /// Gives what was cut short the few milliseconds in which its time runs out. What has no connection yet does not
    /// notice, and nobody waits for its answer.
    private func endCutShort() {
        guard !ending.isEmpty else { return }
        for _ in 0..<5 where ending.contains(where: { $0.easy != nil }) {
            usleep(1000)
            var count: Int32 = 0
            curl_multi_perform(multi, &count)
            collect()
        }
        for transfer in ending where transfer.easy != nil { finish(transfer, .failure(whyCutShort)) }
        ending = []
    }

    private func begin(_ transfer: CurlTransfer) {
        guard let easy = spare.popLast() ?? curl_easy_init() else {
            return transfer.resume(.failure(CurlError("curl.failed", "libcurl gives no handle: out of memory")))
        }
        if let error = transfer.prepare(easy) {
            release(easy)
            return transfer.resume(.failure(error))
        }
        transfer.easy = easy
        running[easy] = transfer
        let code = curl_multi_add_handle(multi, easy)
        if code != CURLM_OK {
            finish(transfer, .failure(CurlError("curl.failed", String(cString: curl_multi_strerror(code)))))
        }
    }

    private var whyCutShort: any Error { isClosed ? CurlError.closed : CancellationError() }

    private func collect() {
        var left: Int32 = 0
        while let message = curl_multi_info_read(multi, &left) {
            guard message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle,
                let transfer = running[easy]
            else { continue }
            let result = sluice_curl_result(message)
            let isCutShort = isClosed || transfer.isCancelled.load(ordering: .acquiring)
            finish(transfer, isCutShort && result != CURLE_OK ? .failure(whyCutShort) : transfer.outcome(result))
        }
    }

    private func finish(_ transfer: CurlTransfer, _ result: Result<CurlResponse, any Error>) {
        if let easy = transfer.easy {
            running[easy] = nil
            curl_multi_remove_handle(multi, easy)
            transfer.release()
            release(easy)
        }
        transfer.resume(result)
    }

    private func release(_ easy: UnsafeMutableRawPointer) {
        if spare.count < Self.mostSpare {
            curl_easy_reset(easy)
            spare.append(easy)
        } else {
            curl_easy_cleanup(easy)
        }
    }
}
