internal import Foundation
internal import Synchronization

/// A real server program at work: on loopback ports and in a folder of its own, for one test or one demonstration.
///
/// It ends with the last reference to it, and with everything that it started, also when the test fails or is
/// cancelled, and when this process is killed (`ServerKeeper`). A server is one file beside this one: its configuration, and what it needs to be asked.
public final class RealServer: Sendable {
    /// Where a server is to work. Its configuration and everything that it writes belong into `folder`.
    public struct Place: Sendable {
        public var folder: String
        /// Free ports on 127.0.0.1, as many as were asked for.
        public var ports: [Int]

        public var port: Int { ports[0] }
        /// The path of something in the folder.
        public func callAsFunction(_ name: String) -> String { folder + "/" + name }
    }

    public let place: Place
    public var port: Int { place.port }
    private let program: ServerProgram
    private let temporary: TemporaryFolder
    private let arguments: [String]
    private let environment: [String: String]
    private let greeting: String?
    private let running = Mutex<ChildProcess?>(nil)

    /// Somebody else may take a port between our look at it and the server's.
    private static let mostAttempts = 3
    /// A loaded machine is slow; this is no measure of anything.
    private static let patience: Duration = .seconds(60)
    private static let starts = Turnstile(width: 4)

    /// Starts it and returns when it answers on every port.
    ///
    /// - Parameters:
    ///   - folder: where it works; a new one when left out.
    ///   - greeting: what its first words must contain, for servers that speak first; nil is content with a connection.
    ///   - user: whom it runs as, for servers that refuse root.
    ///   - prepare: writes the configuration and gives the arguments. The program must stay in the foreground. Called
    ///     again, with other ports, when one of them turns out to be taken.
    /// - Throws: `ServerMissing`, `ServerFailed`, what `prepare` throws, `CancellationError`.
    public static func start(
        _ program: ServerProgram, ports: Int = 1, folder: TemporaryFolder = TemporaryFolder(),
        environment: [String: String] = [:], greeting: String? = nil, user: String? = nil,
        _ prepare: (Place) throws -> [String]
    ) async throws -> RealServer {
        let command = try program.command(as: user)
        for attempt in 1... {
            let place = Place(folder: folder.path, ports: (0..<ports).map { _ in FreePort.next() })
            let server = RealServer(
                program, place, folder, command + (try prepare(place)), environment, greeting)
            do {
                // Few at a time: of a hundred that start at once none answers soon.
                try await starts.pass { try await server.start() }
                return server
            } catch let failure as ServerFailed where attempt < mostAttempts && failure.log.contains("in use") {
                continue
            } catch {
                // At once, whoever still knows it.
                server.stop()
                throw error
            }
        }
        throw CancellationError()
    }

    private init(
        _ program: ServerProgram, _ place: Place, _ temporary: TemporaryFolder, _ arguments: [String],
        _ environment: [String: String], _ greeting: String?
    ) {
        (self.program, self.place, self.temporary) = (program, place, temporary)
        (self.arguments, self.environment, self.greeting) = (arguments, environment, greeting)
    }

    deinit { stop() }

    /// What it has said so far on its standard output and error.
    public var log: String { (try? readFile(logPath)).map { String(decoding: $0, as: UTF8.self) } ?? "" }

    private var logPath: String { temporary.path + "/\(program.name).log" }

    /// Starts it again on the same ports, after `stop`, and returns when it answers.
    public func start() async throws {
        let deadline = ContinuousClock.now.advanced(by: Self.patience)
        // What was left of the run before would answer in its place, and be gone a moment later.
        while await isSomebodyThere(), ContinuousClock.now < deadline { try await Task.sleep(for: .milliseconds(10)) }
        let child = try ServerKeeper.start(
            arguments[0], Array(arguments.dropFirst()),
            environment: environment.merging(["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"]) { own, _ in own },
            output: logPath)
        running.withLock { $0 = child }
        while !(await isAnswering()) {
            if let end = child.end { throw failure("ended before it answered (\(end))") }
            guard ContinuousClock.now < deadline else { throw failure("does not answer") }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    public var isRunning: Bool { running.withLock { $0.map { $0.end == nil } ?? false } }

    /// How many processes it has for connections: for servers with one or more for each.
    public var connections: Int { running.withLock { $0?.descendantCount ?? 0 } }

    /// Ends it at once, with everything that it started.
    public func stop() {
        running.withLock { child in
            guard let ended = child else { return }
            ended.endFamily()
            ServerKeeper.forget(ended)
            child = nil
        }
    }

    /// Ends it, and takes its folder away. It cannot be started again.
    public func end() {
        stop()
        temporary.remove()
    }

    /// Ends what it started and leaves the server itself: for servers with a process for each connection, that cuts
    /// the connections.
    public func cutConnections() {
        running.withLock { $0?.endDescendants() }
    }

    private func isAnswering() async -> Bool {
        await onItsOwn { [self] in
            place.ports.allSatisfy { port in
                guard let words = FreePort.greeting(port, patience: greeting == nil ? 0 : 1000) else { return false }
                return greeting.map(words.contains) ?? true
            }
        }
    }

    private func isSomebodyThere() async -> Bool {
        await onItsOwn { [self] in place.ports.contains { FreePort.greeting($0, patience: 0) != nil } }
    }

    /// Asking blocks.
    private func onItsOwn(_ ask: @escaping @Sendable () -> Bool) async -> Bool {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(returning: ask()) }
        }
    }

    private func failure(_ reason: String) -> ServerFailed {
        stop()
        return ServerFailed(program: program, reason: reason, log: String(log.suffix(4000)))
    }
}
