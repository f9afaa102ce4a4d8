internal import Dispatch
internal import Glibc
public import SluiceSDK
internal import Synchronization

/// Takes the lines that another program appends to a file, one message a line.
public final class AppendedLinesTransport: Transport {
    public static let spec = PluginSpec(
        "appended-lines", "Takes the lines that another program appends to a file.",
        ConfigSpec([
            ConfigField("path", .string, required: true, example: "/srv/calls.ndjson", "The file."),
            ConfigField("every", .duration, default: "1s", example: "10s", "How often it is looked at."),
        ]))

    private let path: String
    private let every: Duration
    private let context: ChannelContext
    /// Reading blocks: it has a queue of its own.
    private let queue: DispatchQueue
    private let state: Mutex<State>

    private struct State {
        /// Behind the last line that the journal has.
        var journalled: Int
        /// Behind the last line that was handed over.
        var position: Int
    }

    /// Checks the configuration, and touches nothing.
    public init(_ config: Config, context: ChannelContext) throws {
        path = try config.path("path")
        every = try config.optionalDuration("every") ?? .seconds(1)
        self.context = context
        queue = DispatchQueue(label: "appended-lines." + context.channelID)
        // What the journal committed with the last message; a restart goes on behind it.
        let start = context.checkpoint.flatMap { Int($0) } ?? 0
        state = Mutex(State(journalled: start, position: start))
    }

    public func connect() async throws {
        _ = try await line(at: 0)
        // What was handed over and never acknowledged is offered again.
        state.withLock { $0.position = $0.journalled }
    }

    public func next() async throws -> InboundMessage? {
        while true {
            try Task.checkCancellation()
            if let line = try await line(at: state.withLock { $0.position }) {
                state.withLock { $0.position = line.end }
                if !line.bytes.isEmpty { return message(line) }
            } else {
                try await Task.sleep(for: every)
            }
        }
    }

    public func close() async {}

    private func message(_ line: Line) -> InboundMessage {
        var raw = RawMessage(bytes: line.bytes, origin: "behind byte \(line.start)")
        var refusal: RecordFault?
        if line.bytes.count > context.limits.message {
            // Over the limit: a reject with its beginning, and those behind it come.
            raw.bytes = Array(line.bytes.prefix(200))
            refusal = RecordFault(
                .decode, "appended-lines.too-large",
                "the line is longer than limits.message allows (\(context.limits.message)); its beginning stands here")
        }
        return InboundMessage(raw, checkpoint: "\(line.end)", refusal: refusal) { [self] _ in
            state.withLock { $0.journalled = max($0.journalled, line.end) }
        }
    }

    private func line(at position: Int) async throws -> Line? {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { [self] in
                continuation.resume(with: Result { try Line.read(path, at: position, most: context.limits.message) })
            }
        }
    }
}

private struct Line {
    var start: Int
    /// Behind its line break.
    var end: Int
    /// One more than `most` of a longer line.
    var bytes: [UInt8]

    /// nil while the file holds no whole line there: its writer is not done.
    static func read(_ path: String, at start: Int, most: Int) throws -> Line? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            throw PluginError(
                .notConnected, "appended-lines.unreadable",
                "\(path): \(String(cString: strerror(errno))); correct 'path', or give this user the right to read it")
        }
        defer { close(file) }
        var line = Line(start: start, end: start, bytes: [])
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = pread(file, &chunk, chunk.count, off_t(line.end))
            guard count > 0 else { return nil }
            let part = chunk[..<count].prefix { $0 != 0x0A }
            line.bytes += part.prefix(most + 1 - line.bytes.count)
            line.end += part.count
            if part.count < count {
                line.end += 1
                return line
            }
        }
    }
}
