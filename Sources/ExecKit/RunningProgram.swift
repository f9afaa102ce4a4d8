internal import CSpawn
internal import Foundation
internal import SluiceSDK
internal import Synchronization

/// A program at work, with the three pipes to it. It leads a session of its own, and everything that it starts ends with
/// it.
///
/// `@unchecked Sendable`: used from one queue at a time by its owner; `wake` alone may be called from anywhere, and has a
/// lock.
public final class RunningProgram: @unchecked Sendable {
    public enum End: Sendable, Equatable, CustomStringConvertible {
        case exited(Int32)
        case signalled(Int32)

        public var description: String {
            switch self {
            case .exited(let code): "ended with \(code)"
            case .signalled(let number): "was ended by signal \(number)"
            }
        }
    }

    public let id: Int32
    let input: Int32
    let output: Int32
    let errors: Int32
    /// Written to by `wake`, so that a wait ends.
    private let bell: (read: Int32, write: Int32)
    /// Stands in the environment of everything that it starts.
    private let token: String
    private var ended: End?
    /// Set under a lock, so that nobody rings a descriptor that somebody else has by then.
    private let isReleased = Mutex(false)

    /// Sets the limits, then becomes the program: nothing of it runs without them.
    private static let launcher =
        "ulimit -c 0; ulimit -n 256; ulimit -v \"$1\" || exit 126; cd \"$2\" || exit 126; shift 2; exec \"$@\""

    /// - Parameter variables: what Sluice adds to the environment.
    /// - Throws: `PluginError`.
    public init(_ command: ProgramCommand, variables: [String: String] = [:]) throws {
        try command.check()
        let path = command.program.hasPrefix("/") ? command.program : Self.currentFolder + "/" + command.program
        token = Hex.encode((0..<16).map { _ in UInt8.random(in: 0...255) })
        let pipes = try Pipes()
        let words =
            ["/bin/sh", "-c", Self.launcher, "sluice-exec", "\(command.memory >> 10)", Self.folder(of: path), path]
            + command.arguments
        let environment = ["PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8"]
            .merging(command.environment) { _, own in own }.merging(variables) { _, ours in ours }
            .merging(["SLUICE_RUN": token]) { _, ours in ours }
        do {
            id = try Self.spawn(words, environment, pipes)
        } catch {
            pipes.closeAll()
            throw error
        }
        (input, output, errors, bell) = pipes.keepOurs()
    }

    deinit { finish() }

    /// Ends it and everything that it started, and waits for that; may be called again.
    public func finish() {
        let isFirst = isReleased.withLock { isReleased in
            defer { isReleased = true }
            return !isReleased
        }
        guard isFirst else { return }
        if ended == nil {
            kill(-id, SIGKILL)
            kill(id, SIGKILL)
        }
        _ = reap(0)
        sweep()
        for descriptor in [input, output, errors, bell.read, bell.write] { close(descriptor) }
    }

    /// How it ended; nil while it runs.
    public var end: End? { reap(WNOHANG) }

    /// Ends a wait that goes on now, or the next one.
    public func wake() {
        isReleased.withLock { isReleased in
            var byte: UInt8 = 1
            if !isReleased { _ = write(bell.write, &byte, 1) }
        }
    }

    /// What a wait ended for.
    public struct Ready: Sendable {
        public var output = false
        public var errors = false
        public var input = false
    }

    /// Waits until there is something to read, the input takes something, somebody calls `wake` or the time is over.
    public func wait(output wantsOutput: Bool, errors wantsErrors: Bool, input wantsInput: Bool, milliseconds: Int32)
        -> Ready
    {
        var waiting = [
            pollfd(fd: bell.read, events: Int16(POLLIN), revents: 0),
            pollfd(fd: wantsOutput ? output : -1, events: Int16(POLLIN), revents: 0),
            pollfd(fd: wantsErrors ? errors : -1, events: Int16(POLLIN), revents: 0),
            pollfd(fd: wantsInput ? input : -1, events: Int16(POLLOUT), revents: 0),
        ]
        guard poll(&waiting, 4, milliseconds) > 0 else { return Ready() }
        if waiting[0].revents != 0 {
            var bytes = [UInt8](repeating: 0, count: 64)
            _ = Foundation.read(bell.read, &bytes, bytes.count)
        }
        return Ready(
            output: waiting[1].revents != 0, errors: waiting[2].revents != 0, input: waiting[3].revents != 0)
    }

    /// - Returns: nil at the end of the stream, nothing when there is nothing now.
    public func readOutput(_ most: Int = 64 << 10) -> [UInt8]? { read(output, most) }
    public func readErrors(_ most: Int = 16 << 10) -> [UInt8]? { read(errors, most) }

    private func read(_ descriptor: Int32, _ most: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: most)
        let count = Foundation.read(descriptor, &bytes, most)
        if count > 0 { return Array(bytes.prefix(count)) }
        return count < 0 && (errno == EAGAIN || errno == EINTR) ? [] : nil
    }

    /// - Returns: how many bytes it took; nil when it reads no more.
    public func give(_ bytes: ArraySlice<UInt8>) -> Int? {
        let count = bytes.withUnsafeBytes { Self.writeQuietly(input, $0) }
        if count >= 0 { return count }
        return errno == EAGAIN || errno == EINTR ? 0 : nil
    }

    /// Its standard input ends.
    public func closeInput() { shutdown(input, Int32(SHUT_WR)) }

    /// The input is a socket, so that a program that reads no more costs an error and no SIGPIPE.
    private static func writeQuietly(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
        send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
    }

    private func reap(_ options: Int32) -> End? {
        if let ended { return ended }
        var status: Int32 = 0
        guard waitpid(id, &status, options) == id else { return nil }
        // At once, while its number is nobody else's: what it leaves behind would hold the pipes open.
        kill(-id, SIGKILL)
        ended = status & 0x7F == 0 ? .exited((status >> 8) & 0xFF) : .signalled(status & 0x7F)
        return ended
    }

    /// What left the session on its own still carries the token, and so does what is killed and not yet gone: a busy
    /// machine takes its time over that. It is looked for until nothing more is found, two seconds at most, because what
    /// hangs in the kernel stays.
    private func sweep() {
        let mark = Array("SLUICE_RUN=\(token)".utf8)
        for _ in 0..<1_000 {
            var found = false
            let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
            for process in names.compactMap(Int32.init) where process != id {
                guard let bytes = FileManager.default.contents(atPath: "/proc/\(process)/environ"),
                    bytes.split(separator: 0).contains(where: { $0.elementsEqual(mark) })
                else { continue }
                found = true
                kill(process, SIGKILL)
            }
            if !found { return }
            usleep(2_000)
        }
    }

    private static var currentFolder: String { FileManager.default.currentDirectoryPath }

    private static func folder(of path: String) -> String {
        let folder = path.split(separator: "/").dropLast().joined(separator: "/")
        return "/" + folder
    }

    private static func spawn(_ words: [String], _ environment: [String: String], _ pipes: Pipes) throws -> Int32 {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, pipes.input.theirs, 0)
        posix_spawn_file_actions_adddup2(&actions, pipes.output.theirs, 1)
        posix_spawn_file_actions_adddup2(&actions, pipes.errors.theirs, 2)
        sluice_spawn_close_from(&actions, 3)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // A session of its own, and signals as a program expects them, whatever ours are.
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF) | SLUICE_SPAWN_SETSID)
        var child: pid_t = 0
        let arguments = words.map { strdup($0) } + [nil]
        let variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in arguments + variables { free(text) } }
        let code = posix_spawn(&child, words[0], &actions, &attributes, arguments, variables)
        guard code == 0 else {
            throw PluginError(
                .notConnected, "exec.start", "the program cannot be started: \(String(cString: strerror(code)))")
        }
        return child
    }
}
