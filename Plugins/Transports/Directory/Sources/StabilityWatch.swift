/// Waits until a file has not changed for a while: its writer is done then. A value without I/O.
struct StabilityWatch {
    private let time: Duration
    private var seen: [[UInt8]: (file: FoundFile, since: ContinuousClock.Instant)] = [:]

    init(time: Duration) {
        self.time = time
    }

    /// - Parameter files: everything that is in the folder now.
    /// - Returns: what has looked the same for long enough.
    mutating func settled(_ files: [FoundFile], now: ContinuousClock.Instant) -> [FoundFile] {
        var next: [[UInt8]: (file: FoundFile, since: ContinuousClock.Instant)] = [:]
        for file in files {
            let since = seen[file.name].flatMap { $0.file == file ? $0.since : nil } ?? now
            next[file.name] = (file, since)
        }
        seen = next
        return files.filter { now - (next[$0.name]?.since ?? now) >= time }
    }
}
