import Glibc

/// Nanoseconds of the monotonic clock.
func now() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}

/// One moment for each ticket, written without a lock: every slot is written by one thread and read after the end, or
/// read by the sink after the ticket went round through three processes.
final class Moments: @unchecked Sendable {
    // Unchecked: see above.
    private let slots: UnsafeMutablePointer<UInt64>
    let count: Int

    init(count: Int) {
        self.count = count
        slots = .allocate(capacity: count)
        slots.initialize(repeating: 0, count: count)
    }

    deinit { slots.deallocate() }

    subscript(index: Int) -> UInt64 {
        get { slots[index] }
        set { slots[index] = newValue }
    }
}
