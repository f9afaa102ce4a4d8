internal import CPQ
internal import Glibc

/// An eventfd: wakes a thread that waits in `poll`, from any thread.
final class WakeUp: Sendable {
    let descriptor: Int32

    init() {
        descriptor = sluice_eventfd()
        precondition(descriptor >= 0, "no eventfd: out of file descriptors")
    }

    deinit { close(descriptor) }

    func ring() {
        var one: UInt64 = 1
        _ = write(descriptor, &one, 8)
    }

    func drain() {
        var count: UInt64 = 0
        _ = read(descriptor, &count, 8)
    }

    /// Waits until `socket` is ready, somebody rings or the time is over.
    /// - Returns: what `socket` is ready for; 0 when it is not.
    func wait(_ socket: Int32, for events: Int32, until deadline: ContinuousClock.Instant?) -> Int32 {
        var waiting = [
            pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: socket, events: Int16(events), revents: 0),
        ]
        let count = poll(&waiting, socket < 0 ? 1 : 2, Self.milliseconds(until: deadline))
        guard count > 0 else { return 0 }
        if waiting[0].revents != 0 { drain() }
        return Int32(waiting[1].revents)
    }

    private static func milliseconds(until deadline: ContinuousClock.Instant?) -> Int32 {
        guard let deadline else { return -1 }
        let left = ContinuousClock.now.duration(to: deadline).components
        guard left.seconds >= 0, left.attoseconds >= 0 else { return 0 }
        // Rounded up: a wait that ends a little too early would spin.
        return Int32(min(left.seconds, 86_400) * 1000 + left.attoseconds / 1_000_000_000_000_000 + 1)
    }
}
