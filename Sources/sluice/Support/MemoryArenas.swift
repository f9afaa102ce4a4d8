import CMalloc
import Glibc

/// The arenas of glibc's malloc: separate heaps, so that threads do not wait for each other.
///
/// Left alone, glibc makes eight for each core. A zone works on many threads by turns, and each arena that a batch ever
/// passed through keeps what that batch needed: a sixth to a third more memory, which grows for minutes, for no more
/// speed. With one for each core threads do wait (docs/performance.md).
enum MemoryArenas {
    /// Two for each core; what the operator set in `MALLOC_ARENA_MAX` or `GLIBC_TUNABLES` stays. To be called before the
    /// process has a second thread: arenas that exist stay.
    static func limit() {
        let tunables = getenv("GLIBC_TUNABLES").map { String(cString: $0) } ?? ""
        guard getenv("MALLOC_ARENA_MAX") == nil, !tunables.contains("glibc.malloc.arena_max") else { return }
        // Where malloc does not take it, memory is all that it costs.
        _ = mallopt(M_ARENA_MAX, Int32(clamping: 2 * max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))))
    }
}
