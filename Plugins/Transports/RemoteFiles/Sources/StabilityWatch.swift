internal import SluiceSDK

/// Waits until a file has not changed for a while: its writer is done then. A value without I/O.
struct StabilityWatch {
    private let time: Duration
    private var seen: [[UInt8]: (file: RemoteFile, since: ContinuousClock.Instant)] = [:]

    init(time: Duration) {
        self.time = time
    }

    /// - Parameter files: everything that the server has now and that is not taken.
    /// - Returns: what has looked the same for long enough, and how long until the next one may have; nil when none waits.
    mutating func settled(
        _ files: [RemoteFile], now: ContinuousClock.Instant
    ) -> (ready: [RemoteFile], wait: Duration?) {
        var next: [[UInt8]: (file: RemoteFile, since: ContinuousClock.Instant)] = [:]
        var ready: [RemoteFile] = []
        var wait: Duration?
        for file in files {
            let since = seen[file.path].flatMap { $0.file == file ? $0.since : nil } ?? now
            next[file.path] = (file, since)
            let left = time - (now - since)
            if left <= .zero {
                ready.append(file)
            } else {
                wait = min(wait ?? left, left)
            }
        }
        seen = next
        return (ready, wait)
    }
}
