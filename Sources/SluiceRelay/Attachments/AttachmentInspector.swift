internal import Dispatch
internal import GRDB
internal import Logging
internal import SluiceBoundary
internal import SluiceSDK
internal import SluiceStore
internal import Synchronization

/// Looks at files that have come whole: size and digest, what they are by their content, and, where clamd is configured,
/// whether there is malware in them. One after the other, so that at most one file's pieces stand in front of a ticket.
final class AttachmentInspector: Sendable {
    private let store: Store
    private let record: QuarantineRecord?
    private let gate: AttachmentGate
    private let scanner: (any AttachmentScanner)?
    private let released: @Sendable () -> Void
    private let clock: @Sendable () -> Timestamp
    private let logger: Logger
    private let signal = Signal()
    private let problem = Mutex<String?>(nil)

    init(
        store: Store, record: QuarantineRecord? = nil, gate: AttachmentGate, scanner: (any AttachmentScanner)?,
        logger: Logger,
        clock: @escaping @Sendable () -> Timestamp, released: @escaping @Sendable () -> Void
    ) {
        self.store = store
        self.record = record
        self.gate = gate
        self.scanner = scanner
        self.released = released
        self.clock = clock
        self.logger = logger
    }

    /// Pieces have come.
    func notify() { signal.set() }

    /// Why files wait; nil when all is well.
    var currentProblem: String? { problem.withLock { $0 } }

    /// Until its task is cancelled.
    func run() async throws {
        while true {
            var isBusy = false
            do {
                isBusy = try await step()
                if isBusy { try await untilWritten() }
            } catch {
                if Task.isCancelled { throw error }
                logger.error("a file could not be looked at", metadata: ["error": "\(error)"])
            }
            if !isBusy { await signal.wait(upTo: .seconds(1)) }
            try Task.checkCancellation()
        }
    }

    /// Looks at one file.
    /// - Returns: false when none waits.
    func step() async throws -> Bool {
        // What could not be decided is not read and scanned again and again.
        if record?.currentProblem != nil { return false }
        let now = clock()
        guard let file = try await store.read({ try AttachmentBook.next(at: now, in: $0) }) else { return false }
        var bytes: [UInt8] = []
        for item in file.items { bytes += try await store.read { try AttachmentBook.bytes(of: item, in: $0) } }
        switch await judge(bytes, of: file) {
        case .finding(let finding):
            let (time, record) = (clock(), record)
            Failpoint.attachmentJudged.reached()
            try await store.commit { db in
                if finding.decision == .released, file.wantsReview {
                    try AttachmentBook.review(file.id, at: time, in: db)
                } else {
                    try record.covering(db) { _ in
                        try AttachmentBook.decide(file.id, finding, at: time, by: "relay", in: db)
                    }
                }
            }
            problem.withLock { $0 = nil }
            Failpoint.attachmentDecided.reached()
            released()
        case .later(let reason):
            let time = clock()
            try await store.commit { db in
                try AttachmentBook.postpone(
                    file.id, until: time.adding(Self.patience), reason: reason, at: time, in: db)
            }
            if currentProblem != reason { logger.warning("files wait", metadata: ["reason": "\(reason)"]) }
            problem.withLock { $0 = reason }
        }
        return true
    }

    private static let patience = Duration.seconds(5)

    private enum Judgement {
        case finding(Finding)
        case later(String)
    }

    private func judge(_ bytes: [UInt8], of file: AttachmentBook.Whole) async -> Judgement {
        guard bytes.count == file.size, Hex.encode(SHA256.hash(bytes)) == file.sha256 else {
            return .finding(.rejected("attachment.digest", "its pieces together are not the file that was announced"))
        }
        let type = MediaKind.of(bytes)
        guard gate.types.contains(type) else {
            return .finding(.rejected("attachment.type", "by its content it is \(type), which may not pass"))
        }
        guard let scanner else { return .finding(.released) }
        do {
            guard let found = try await scanner.scan(bytes) else { return .finding(.released) }
            return .finding(.rejected("attachment.infected", "the scanner found \(found)"))
        } catch {
            return .later("the scanner cannot be asked: \(error)")
        }
    }

    /// The outlet writes what was released before the next file is looked at.
    private func untilWritten() async throws {
        let stream = BoundaryStream.relayToInternal.name
        let last = try await store.read {
            try Int64.fetchOne($0, sql: "SELECT max(id) FROM outbox WHERE stream = ?", arguments: [stream]) ?? 0
        }
        for _ in 0..<100 {
            let cursor = try await store.read {
                try Int64.fetchOne($0, sql: "SELECT cursor FROM outlet WHERE stream = ?", arguments: [stream]) ?? 0
            }
            if cursor >= last { return }
            try await Task.sleep(for: .milliseconds(20))
        }
    }
}

/// Looks for malware.
protocol AttachmentScanner: Sendable {
    /// - Returns: what was found; nil when nothing was.
    /// - Throws: when the scanner did not say; the file waits then.
    func scan(_ bytes: [UInt8]) async throws -> String?
}
