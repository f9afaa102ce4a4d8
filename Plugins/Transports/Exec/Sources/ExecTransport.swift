internal import Dispatch
internal import ExecKit
public import SluiceSDK
internal import Synchronization

/// Takes records from a program's standard output, a line of JSON each.
public final class ExecTransport: Transport {
    public static let spec = PluginSpec(
        "exec", "Takes records that a program prints, one JSON line each.",
        ConfigSpec(
            ProgramCommand.fields + [
                ConfigField(
                    "every", .duration, default: "60s", example: "5m",
                    "How long after it has ended with 0 it is started again. One that never ends is never started again."
                ),
                ConfigField(
                    "silence", .duration, default: "10m",
                    "A program that prints nothing for so long hangs: it is ended and started again. One that waits for "
                        + "rare things prints a `log` or its checkpoint now and then."),
                ConfigField(
                    "batch", .integer(1...5_000), default: "200",
                    "Most records in one message; also bounded by `limits.message`."),
            ]))

    private let command: ProgramCommand
    private let every: Duration
    private let rule: ConversationRule
    private let context: ChannelContext
    /// Waiting for a program blocks; it has a thread of its own.
    private let queue: DispatchQueue
    private let state: Mutex<State>

    private struct State {
        /// What the journal has.
        var checkpoint: String?
        var conversation: Conversation?
        var number = 0
        /// The time before which it is not started again.
        var rests: ContinuousClock.Instant?
    }

    /// - Throws: `ConfigIssue`.
    public init(_ config: Config, context: ChannelContext) throws {
        command = try ProgramCommand(config)
        every = try config.optionalDuration("every") ?? .seconds(60)
        rule = ConversationRule(
            records: try config.optionalInteger("batch") ?? 200, limits: context.limits,
            silence: try config.optionalDuration("silence") ?? .seconds(600))
        self.context = context
        queue = DispatchQueue(label: "sluice.exec.\(context.channelID)")
        state = Mutex(State(checkpoint: context.checkpoint))
    }

    /// Starts the program; what it printed before and nobody stored, it prints again.
    public func connect() async throws {
        await close()
        try await onQueue { [self] in try start() }
    }

    public func next() async throws -> InboundMessage? {
        while true {
            try Task.checkCancellation()
            if let pause = state.withLock({ $0.rests }) {
                try await Task.sleep(until: pause, clock: .continuous)
                try await onQueue { [self] in try start() }
            }
            guard let conversation = state.withLock({ $0.conversation }) else {
                throw PluginError(.notConnected, "exec.closed", "\(command.name) is not running")
            }
            if let taken = try await heard(conversation) { return message(taken, conversation) }
        }
    }

    public func close() async {
        let conversation = state.withLock { state in
            defer { state.conversation = nil }
            state.rests = nil
            return state.conversation
        }
        guard let conversation else { return }
        conversation.interrupt()
        try? await onQueue { conversation.finish() }
    }

    private func start() throws {
        let checkpoint = state.withLock { $0.checkpoint }
        var variables = ["SLUICE_CHANNEL": context.channelID]
        // A program that reads no input finds it here; the kernel takes no longer ones.
        if let checkpoint, checkpoint.utf8.count < 100_000 { variables["SLUICE_CHECKPOINT"] = checkpoint }
        let program = try RunningProgram(command, variables: variables)
        let conversation = Conversation(program, rule, log: context.log)
        conversation.begin(channelID: context.channelID, checkpoint: checkpoint)
        state.withLock { state in
            state.conversation?.finish()
            state.conversation = conversation
            state.number = 0
            state.rests = nil
        }
    }

    /// nil: it has ended well, or the wait was ended.
    private func heard(_ conversation: Conversation) async throws -> Heard? {
        let result = try await withTaskCancellationHandler {
            try await onQueue { try conversation.listen() }
        } onCancel: {
            conversation.interrupt()
        }
        switch result {
        case .message(let taken): return taken
        case .interrupted: return nil
        case .ended(.exited(0)):
            state.withLock { state in
                guard state.conversation === conversation else { return }
                state.rests = ContinuousClock.now.advanced(by: every)
            }
            return nil
        case .ended(let end):
            let words = conversation.lastError
            throw PluginError(
                .notConnected, "exec.exit",
                "\(command.name) \(end)" + (words.isEmpty ? "" : "; it said last: \(words)"))
        }
    }

    private func message(_ taken: Heard, _ conversation: Conversation) -> InboundMessage {
        InboundMessage(
            RawMessage(bytes: taken.bytes, contentType: "application/x-ndjson", origin: command.name),
            checkpoint: taken.checkpoint, refusal: taken.refusal
        ) { [self] _ in
            state.withLock { state in
                guard state.number < taken.number, state.conversation === conversation else { return }
                state.number = taken.number
                if let checkpoint = taken.checkpoint { state.checkpoint = checkpoint }
            }
            try await onQueue { conversation.acknowledge(taken) }
        }
    }

    private func onQueue<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Result(catching: body)) }
        }
    }
}
