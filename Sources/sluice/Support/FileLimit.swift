import Glibc

/// Open files: every connection of an upstream or to a handler is one, and the usual soft limit of 1,024 is soon reached.
enum FileLimit {
    /// Raises the soft limit to the hard one, at most to 65,536. Where that is not allowed, the limit stays as it is.
    static func raise() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = min(limit.rlim_max, 65_536)
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}
