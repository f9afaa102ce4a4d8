internal import CSpawn
internal import Glibc

/// A program run as a child, by posix_spawn: several tests may start children at the same time, which Foundation's
/// `Process` does not survive. The child inherits no open file but the two it writes to.
public final class ChildProcess: @unchecked Sendable {
    // Unchecked: `ended` is written once, under `lock`.
    public enum End: Sendable, Equatable {
        case exited(Int32)
        case signalled(Int32)
    }

    public let id: Int32
    private var ended: End?
    private var lock = pthread_mutex_t()

    /// - Parameter output: where standard output and error are appended to.
    /// - Throws: `ChildProcessError`.
    public convenience init(
        _ path: String, _ arguments: [String], environment: [String: String], output: String = "/dev/null",
        errors: String? = nil
    ) throws {
        try self.init(path, arguments, environment, input: nil, output: output, errors: errors, isApart: false)
    }

    /// - Parameters:
    ///   - input: what becomes its standard input.
    ///   - isApart: leads a session of its own, so that no key pressed in our terminal reaches it.
    init(
        _ path: String, _ arguments: [String], _ environment: [String: String], input: Int32?, output: String,
        errors: String?, isApart: Bool
    ) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        let flags = O_WRONLY | O_CREAT | O_APPEND
        if let input {
            posix_spawn_file_actions_adddup2(&actions, input, 0)
        } else {
            posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        }
        posix_spawn_file_actions_addopen(&actions, 1, output, flags, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, errors ?? output, flags, 0o600)
        // Closing what is not open is no error here.
        for descriptor in 3..<Int32(1024) { posix_spawn_file_actions_addclose(&actions, descriptor) }
        var child: pid_t = 0
        let words = ([path] + arguments).map { strdup($0) } + [nil]
        let variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in words + variables { free(text) } }
        // A worker thread blocks signals, and a child would inherit that: it could not be asked to end.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETSIGMASK) | (isApart ? SLUICE_SPAWN_SETSID : 0))
        let code = posix_spawn(&child, path, &actions, &attributes, words, variables)
        guard code == 0 else { throw ChildProcessError(path: path, code: code) }
        id = child
        pthread_mutex_init(&lock, nil)
    }

    /// How it ended; nil while it runs.
    public var end: End? { reap(WNOHANG) }

    public func signal(_ number: Int32) { if end == nil { kill(id, number) } }

    /// Blocks until it has ended.
    public func wait() -> End { reap(0) ?? .exited(-1) }

    private func reap(_ options: Int32) -> End? {
        pthread_mutex_lock(&lock)
        defer { pthread_mutex_unlock(&lock) }
        if let ended { return ended }
        var status: Int32 = 0
        guard waitpid(id, &status, options) == id else { return nil }
        ended = status & 0x7F == 0 ? .exited((status >> 8) & 0xFF) : .signalled(status & 0x7F)
        return ended
    }
}

public struct ChildProcessError: Error, Sendable, CustomStringConvertible {
    public var path: String
    public var code: Int32

    public var description: String { "\(path) cannot be started: \(String(cString: strerror(code)))" }
}
