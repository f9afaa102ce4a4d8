internal import Dispatch
public import SluiceSDK
internal import Synchronization

/// A program that is asked one thing: a line in, a line out, and it ends.
public struct ProgramCall: Sendable {
    public static let fields =
        ProgramCommand.fields + [
            ConfigField(
                "timeout", .duration, default: "30s", example: "10s",
                "How long it may take; then it is ended, with everything that it started, and asked again later.")
        ]

    /// Of its answer.
    private static let mostBytes = 64 << 10

    private let command: ProgramCommand
    private let timeout: Duration
    private let queue: DispatchQueue
    private let log: @Sendable (PluginLogLevel, String) -> Void

    /// - Throws: `ConfigIssue`.
    public init(
        _ config: Config, label: String, log: @escaping @Sendable (PluginLogLevel, String) -> Void = { _, _ in }
    ) throws {
        command = try ProgramCommand(config)
        timeout = try config.optionalDuration("timeout") ?? .seconds(30)
        queue = DispatchQueue(label: "sluice.exec-call.\(label)")
        self.log = log
    }

    /// The program's file name.
    public var name: String { command.name }

    /// - Parameter question: JSON on one line.
    /// - Returns: the first line of what it printed; empty when it printed nothing.
    /// - Throws: `PluginError` by how it ended (see `remedy`); `CancellationError`.
    public func ask(_ question: [UInt8]) async throws -> [UInt8] {
        let cancelled = Cancelled()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                queue.async {
                    continuation.resume(with: Result { try run(question, cancelled) })
                }
            }
        } onCancel: {
            cancelled.isSet.store(true, ordering: .releasing)
        }
    }

    private final class Cancelled: Sendable {
        let isSet = Atomic(false)
    }

    private func run(_ question: [UInt8], _ cancelled: Cancelled) throws -> [UInt8] {
        let program = try RunningProgram(command)
        defer { program.finish() }
        var (unsent, answer, errors) = (question[...] + [0x0A], [UInt8](), ErrorLines())
        let deadline = ContinuousClock.now.advanced(by: timeout)
        var (outputEnded, errorsEnded) = (false, false)
        while true {
            if cancelled.isSet.load(ordering: .acquiring) { throw CancellationError() }
            guard ContinuousClock.now < deadline else {
                throw PluginError(
                    .retry(after: .zero), "exec.timeout", "\(command.name) took longer than \(timeout) and was ended")
            }
            let ready = program.wait(
                output: !outputEnded, errors: !errorsEnded, input: !unsent.isEmpty, milliseconds: outputEnded ? 2 : 50)
            if ready.input {
                if let count = program.give(unsent) { unsent = unsent.dropFirst(count) } else { unsent = [] }
                if unsent.isEmpty { program.closeInput() }
            }
            if ready.errors {
                if let bytes = program.readErrors() {
                    errors.add(bytes, now: .now, log: log)
                } else {
                    errorsEnded = true
                }
            }
            if ready.output {
                if let bytes = program.readOutput() { answer += bytes } else { outputEnded = true }
            }
            guard answer.count <= Self.mostBytes else {
                throw PluginError(
                    .retry(after: .zero), "exec.answer-size",
                    "\(command.name) printed more than \(Self.mostBytes) bytes and was ended")
            }
            guard let end = program.end, outputEnded else { continue }
            errors.finish(now: .now, log: log)
            guard end == .exited(0) else { throw Self.failure(end, command.name, errors.last) }
            return Array(answer.prefix { $0 != 0x0A })
        }
    }

    /// The codes of sysexits.h: 75 asks for another try, 64, 65 and 77 refuse for good, 78 is for the configuration.
    /// Everything else, a signal too, is trouble that passes.
    private static func failure(_ end: RunningProgram.End, _ name: String, _ words: String) -> PluginError {
        let said = "\(name) \(end)" + (words.isEmpty ? "" : ": \(words)")
        switch end {
        case .exited(64), .exited(65), .exited(77): return PluginError(.rejected, "exec.refused", said)
        case .exited(78): return PluginError(.misconfigured, "exec.misconfigured", said)
        default: return PluginError(.retry(after: .zero), "exec.exit", said)
        }
    }
}
