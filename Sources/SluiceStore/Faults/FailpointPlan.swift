#if DEBUG
    internal import Foundation
    internal import Synchronization

    /// What `SLUICE_FAILPOINT` says: one failpoint, and how many times it is passed unharmed.
    @usableFromInline
    final class FailpointPlan: Sendable {
        @usableFromInline static let armed = ProcessInfo.processInfo.environment["SLUICE_FAILPOINT"].flatMap(read)

        @usableFromInline let point: Failpoint
        private let left: Mutex<Int>

        init(_ point: Failpoint, count: Int) {
            self.point = point
            left = Mutex(count)
        }

        /// `name` or `name:count`.
        static func parse(_ text: String) -> FailpointPlan? {
            let parts = text.split(separator: ":", omittingEmptySubsequences: false)
            guard let point = parts.first.flatMap({ Failpoint(rawValue: String($0)) }), parts.count <= 2 else {
                return nil
            }
            let count = parts.count == 2 ? Int(parts[1]) : 1
            guard let count, count > 0 else { return nil }
            return FailpointPlan(point, count: count)
        }

        /// Once more; true when this is the time to die.
        func isDue(_ passed: Failpoint) -> Bool {
            guard passed == point, !point.isControl else { return false }
            return left.withLock { left in
                left -= 1
                return left == 0
            }
        }

        @usableFromInline
        func passed(_ passed: Failpoint) {
            guard isDue(passed) else { return }
            Self.say("failpoint \(passed.rawValue): reached")
            kill(getpid(), SIGKILL)
            while true { pause() }
        }

        private static func read(_ text: String) -> FailpointPlan? {
            if let plan = parse(text) { return plan }
            // A typing error must not look like a run without faults.
            say("failpoint: '\(text)' is none; `sluice failpoints` lists them, `name` or `name:count` arms one")
            exit(2)
        }

        private static func say(_ text: String) {
            let line = Array((text + "\n").utf8)
            _ = write(STDERR_FILENO, line, line.count)
        }
    }
#endif
