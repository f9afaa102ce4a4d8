internal import ExecKit
internal import SluiceSDK
internal import Synchronization

/// How much is taken at once, and how long a program may keep silent.
struct ConversationRule: Sendable {
    /// Records of a message.
    var records: Int
    var limits: ChannelLimits
    var silence: Duration
}

/// Records on their way to the journal.
struct Heard: Sendable {
    var number = 0
    var bytes: [UInt8] = []
    /// How many records the program has printed up to here, since it was started.
    var records = 0
    var checkpoint: String?
    var refusal: RecordFault?
}

enum ConversationResult: Sendable {
    case message(Heard)
    case interrupted
    case ended(RunningProgram.End)
}

/// One run of a program: what it prints becomes messages, and it is told what has been stored.
///
/// Nothing is read while a message is in hand, so that a program that prints faster than the journal takes waits at a
/// full pipe.
///
/// `@unchecked Sendable`: used on its channel's queue alone, but for `interrupt`.
final class Conversation: @unchecked Sendable {
    /// Lines in a row that mean nothing, after which it is no program of ours.
    private static let mostGarbage = 20
    /// Bytes of a line that are passed over before the program is given up.
    private static let mostSkipped = 64 << 20
    /// Acknowledgements that a program does not read are left out, beyond this.
    private static let mostUnread = 64 << 10
    /// A program that goes on printing gets so long to fill a message.
    private static let linger: Int32 = 20

    private let program: RunningProgram
    private let rule: ConversationRule
    private let log: @Sendable (PluginLogLevel, String) -> Void
    private let isInterrupted = Atomic(false)
    private var lines: LineBuffer
    private var errors = ErrorLines()
    private var unsent: [UInt8] = []
    private var listens = true
    private var heard = Heard()
    private var held = 0
    private var printed = 0
    private var number = 0
    private var garbage = 0
    private var lineNumber = 0
    private var outputEnded = false
    private var errorsEnded = false
    private var lastWord = ContinuousClock.now
    /// Nothing more came for a moment: what there is goes.
    private var isQuiet = false
    /// A record for which the message before it had no room.
    private var stash: [UInt8]?
    /// A refusal behind what is handed over now.
    private var waiting: Heard?

    init(
        _ program: RunningProgram, _ rule: ConversationRule, log: @escaping @Sendable (PluginLogLevel, String) -> Void
    ) {
        (self.program, self.rule, self.log) = (program, rule, log)
        lines = LineBuffer(most: rule.limits.record + 1024)
    }

    var lastError: String { errors.last }

    func interrupt() {
        isInterrupted.store(true, ordering: .releasing)
        program.wake()
    }

    func finish() { program.finish() }

    /// The first line that the program may read.
    func begin(channelID: String, checkpoint: String?) {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("start")
        writer.beginObject()
        writer.field("channel", channelID)
        writer.key("checkpoint")
        if let checkpoint { writer.string(checkpoint) } else { writer.null() }
        writer.endObject()
        writer.endObject()
        tell(writer.bytes)
    }

    func acknowledge(_ taken: Heard) {
        var writer = JSONWriter()
        writer.beginObject()
        writer.field("ack", taken.records)
        writer.field("checkpoint", taken.checkpoint)
        writer.endObject()
        tell(writer.bytes)
    }

    /// Waits for the next message, for the program's end, or until `interrupt`.
    /// - Throws: `PluginError` when the program does not keep to the rules; it is ended then.
    func listen() throws -> ConversationResult {
        lastWord = .now
        while true {
            // Set before this wait began, it ends this one: whoever is not cancelled comes again.
            if isInterrupted.exchange(false, ordering: .acquiringAndReleasing) { return .interrupted }
            if let message = try nextMessage() { return .message(message) }
            if outputEnded, let end = program.end {
                if let last = try flushed(end) { return .message(last) }
                drainErrors()
                return .ended(end)
            }
            try waitForMore()
        }
    }

    private func waitForMore() throws {
        let isFilling = held > 0 || heard.checkpoint != nil || stash != nil
        let ready = program.wait(
            output: !outputEnded, errors: !errorsEnded, input: !unsent.isEmpty && listens,
            milliseconds: outputEnded ? 5 : isFilling ? Self.linger : 1_000)
        if ready.input { send() }
        if ready.errors { readErrors() }
        if ready.output {
            if let bytes = program.readOutput() {
                lines.add(bytes)
                if !bytes.isEmpty { lastWord = .now }
            } else {
                outputEnded = true
            }
        } else {
            isQuiet = isFilling
            // Once it has ended, what it left behind no longer holds the pipe open.
            _ = program.end
        }
        guard ContinuousClock.now - lastWord > rule.silence else { return }
        program.finish()
        throw PluginError(
            .notConnected, "exec.silent",
            "it printed nothing for \(rule.silence); it was ended and is started again (see 'silence')")
    }

    /// What is complete: full, with the checkpoint behind it, or nothing more came for a moment.
    private func nextMessage() throws -> Heard? {
        if let refused = waiting {
            waiting = nil
            return numbered(refused)
        }
        if let record = stash {
            stash = nil
            add(record)
        }
        while let line = lines.next() {
            lineNumber += 1
            switch line {
            case .tooLong(let start): return refuse(start, "exec.line-size", tooLong)
            case .whole(let bytes): if let message = try take(bytes) { return message }
            }
        }
        guard lines.skipped <= Self.mostSkipped else {
            program.finish()
            throw PluginError(
                .notConnected, "exec.flood", "a line of more than \(Self.mostSkipped) bytes; the program was ended")
        }
        return isQuiet ? handed() : nil
    }

    private func take(_ bytes: [UInt8]) throws -> Heard? {
        let line = ProgramLine.read(bytes, depth: rule.limits.depth)
        if case .garbage(let reason) = line { return try refuse(garbage: bytes, reason) }
        garbage = 0
        switch line {
        case .record(let json) where json.count >= rule.limits.message:
            return refuse(
                bytes, "exec.message-size",
                "a record is larger than 'limits: { message }'; only its beginning is kept here")
        case .record(let json):
            let isFull = held >= rule.records || heard.bytes.count + json.count >= rule.limits.message
            guard isFull, held > 0 else {
                add(json)
                return nil
            }
            stash = json
            return hand()
        // It covers everything printed before it; what follows it in the same message is covered by the next one.
        case .checkpoint(let text): heard.checkpoint = text
        case .log(let level, let text): log(level, text)
        case .nothing, .garbage: break
        }
        return nil
    }

    private func add(_ json: [UInt8]) {
        heard.bytes += json
        heard.bytes.append(0x0A)
        held += 1
        printed += 1
    }

    private var tooLong: String { "a line is longer than 'limits: { record }' allows; only its beginning is kept here" }

    /// A line that cannot be a record becomes a reject, so that nothing is lost in silence.
    private func refuse(garbage bytes: [UInt8], _ reason: String) throws -> Heard? {
        garbage += 1
        guard garbage < Self.mostGarbage else {
            program.finish()
            throw PluginError(
                .notConnected, "exec.garbage",
                "\(garbage) lines in a row are none of the program's contract (\(reason)); it was ended")
        }
        return refuse(bytes, "exec.line", "line \(lineNumber) of the program's output: \(reason)")
    }

    private func refuse(_ bytes: [UInt8], _ code: String, _ reason: String) -> Heard? {
        // What came before it goes first; the line waits.
        var refused = Heard()
        refused.bytes = Array(bytes.prefix(rule.limits.message))
        refused.refusal = RecordFault(.decode, code, reason)
        printed += 1
        guard held > 0 || heard.checkpoint != nil else { return numbered(refused) }
        let before = hand()
        waiting = refused
        return before
    }

    private func flushed(_ end: RunningProgram.End) throws -> Heard? {
        let rest = lines.rest()
        // Half a line of a program that failed is half a record; of one that ended well it lacks its end only.
        if !rest.isEmpty, end == .exited(0), let message = try take(rest) { return message }
        return handed()
    }

    private func handed() -> Heard? {
        isQuiet = false
        return held > 0 || heard.checkpoint != nil ? hand() : nil
    }

    private func hand() -> Heard {
        defer { (heard, held) = (Heard(), 0) }
        return numbered(heard)
    }

    private func numbered(_ message: Heard) -> Heard {
        number += 1
        var message = message
        message.number = number
        message.records = printed
        return message
    }

    // MARK: The other two pipes

    private func tell(_ json: [UInt8]) {
        guard listens, unsent.count + json.count < Self.mostUnread || unsent.isEmpty else { return }
        unsent += json + [0x0A]
        send()
    }

    private func send() {
        while !unsent.isEmpty {
            guard let count = program.give(unsent[...]) else {
                listens = false
                unsent = []
                return
            }
            if count == 0 { return }
            unsent.removeFirst(count)
        }
    }

    private func readErrors() {
        guard let bytes = program.readErrors() else { return errorsEnded = true }
        errors.add(bytes, now: .now, log: log)
    }

    private func drainErrors() {
        for _ in 0..<64 {
            guard !errorsEnded, let bytes = program.readErrors(), !bytes.isEmpty else { break }
            errors.add(bytes, now: .now, log: log)
        }
        errors.finish(now: .now, log: log)
    }
}
