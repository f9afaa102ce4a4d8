internal import Foundation
public import SluiceSDK
internal import Synchronization

/// Takes the files that somebody puts into a folder, one message a file.
public final class DirectoryTransport: Transport {
    public static let spec = PluginSpec(
        "directory", "Takes the files that appear in a folder of this machine.",
        ConfigSpec([
            ConfigField(
                "path", .string, required: true, example: "/srv/drop/12345", "The folder; not its sub-folders."),
            ConfigField(
                "layout", .choice(Layout.allCases.map(\.rawValue)), default: "plain", example: "maildir",
                "`plain`: the files of the folder. `maildir`: the folder is a mail server's Maildir, with `new`, `cur` "
                    + "and `tmp`; what nobody has read is taken, as soon as it is there."),
            ConfigField(
                "pattern", .string, default: "\"*\"", example: "\"*.csv\"",
                "Which names are taken, with `*`, `?` and `[a-z]`; not for a Maildir."),
            ConfigField(
                "stable_for", .duration, default: "10s", example: "10s",
                "A file is taken when it has not changed for so long: its writer is done then. Not for a Maildir."),
            ConfigField("every", .duration, default: "1s", example: "1s", "How often the folder is looked at."),
            ConfigField(
                "after", .choice(After.allCases.map(\.rawValue)), example: "delete",
                "What happens to a file once it is stored: `move` it into `done/` (into `failed/` when no record of it "
                    + "was taken), `delete` it, or `keep` it and remember that it was taken. In a Maildir `seen` marks "
                    + "it as read, and `move` goes into the mail folders `.done` and `.failed`. When left out: `move`, "
                    + "and `seen` in a Maildir."),
            ConfigField(
                "order", .choice(FileOrder.allCases.map(\.rawValue)), default: "name", example: "mtime",
                "Which file comes first."),
        ]))

    enum Layout: String, CaseIterable {
        case plain, maildir
    }

    enum After: String, CaseIterable {
        case move, delete, keep, seen
    }

    private let path: String
    private let layout: Layout
    private let rules: FileNameRules
    private let every: Duration
    private let after: After
    private let order: FileOrder
    private let context: ChannelContext
    private let state: Mutex<State>
    /// File work blocks; it has a thread of its own.
    private let queue: DispatchQueue

    private struct State {
        var watch: StabilityWatch
        var ready: ArraySlice<FoundFile> = []
        /// Handed over and not yet acknowledged.
        var inHand: Set<FoundFile> = []
        var taken: TakenFiles
        /// Files that cannot be taken and were reported, until they change or go.
        var reported: Set<FoundFile> = []
    }

    /// - Throws: `ConfigIssue`.
    public init(_ config: Config, context: ChannelContext) throws {
        path = try config.path("path")
        rules = try FileNameRules(config)
        every = try config.optionalDuration("every") ?? .seconds(1)
        layout = Layout(rawValue: try config.optionalString("layout") ?? "plain") ?? .plain
        after = try Self.after(config, layout)
        order = FileOrder(rawValue: try config.optionalString("order") ?? "name") ?? .name
        self.context = context
        // A message comes into a Maildir whole, by a rename.
        let stable = layout == .maildir ? .zero : try config.optionalDuration("stable_for") ?? .seconds(10)
        let watch = StabilityWatch(time: stable)
        state = Mutex(State(watch: watch, taken: TakenFiles(checkpoint: context.checkpoint)))
        queue = DispatchQueue(label: "sluice.directory.\(context.channelID)")
    }

    /// - Throws: `ConfigIssue` for a combination that means nothing.
    private static func after(_ config: Config, _ layout: Layout) throws -> After {
        let standard = layout == .maildir ? After.seen : .move
        let after = try config.optionalString("after").flatMap(After.init(rawValue:)) ?? standard
        let isMeant = layout == .maildir ? after != .keep : after != .seen
        guard isMeant else {
            throw ConfigIssue(
                at: config.optional("after")?.place ?? config.place, "directory.after",
                "'after: \(after.rawValue)' does not go with 'layout: \(layout.rawValue)'",
                hint: layout == .maildir ? "write seen, move or delete" : "write move, delete or keep")
        }
        return after
    }

    public func connect() async throws {
        try await onQueue { [self] in
            let folder = try Folder(path)
            if layout == .maildir { try folder.checkMaildir() }
            if after != .keep { try folder.checkWritable() }
            // What was handed over and never acknowledged is offered again.
            state.withLock { state in
                state.inHand = []
                state.ready = []
                state.reported = []
            }
        }
    }

    public func next() async throws -> InboundMessage? {
        while true {
            try Task.checkCancellation()
            if let message = try await onQueue({ [self] in try take() }) { return message }
            try await Task.sleep(for: every)
        }
    }

    public func close() async {}

    /// The next file that is ready; nil when there is none now.
    private func take() throws -> InboundMessage? {
        let folder = try Folder(path)
        if state.withLock({ $0.ready.isEmpty }) { try look(folder) }
        while let file = state.withLock({ $0.ready.popFirst() }) {
            do throws(FileTrouble) {
                guard let bytes = try folder.read(file, most: context.limits.message) else { continue }
                return message(file, bytes)
            } catch {
                state.withLock { _ = $0.reported.insert(file) }
                context.report("[\(error.code)] \(file.text) \(error.reason)")
            }
        }
        return nil
    }

    private func look(_ folder: borrowing Folder) throws {
        let files = layout == .maildir ? try folder.waitingMail() : try folder.files(rules)
        try state.withLock { state in
            state.reported.formIntersection(files)
            if after == .keep {
                state.taken.keepOnly(files)
                guard state.taken.marks.count < TakenFiles.most else { throw tooMany() }
            }
            state.ready =
                state.watch.settled(files, now: .now).filter { file in
                    !state.inHand.contains(file) && !state.reported.contains(file) && !state.taken.contains(file)
                }.sorted(by: order.isBefore)[...]
        }
    }

    private func message(_ file: FoundFile, _ bytes: [UInt8]) -> InboundMessage {
        let checkpoint = state.withLock { state in
            state.inHand.insert(file)
            return after == .keep ? state.taken.checkpoint(adding: file) : nil
        }
        return InboundMessage(RawMessage(bytes: bytes, origin: file.text), checkpoint: checkpoint) { [self] outcome in
            try await onQueue { [self] in try finish(file, outcome) }
        }
    }

    private func finish(_ file: FoundFile, _ outcome: MessageOutcome) throws {
        let isFailed = outcome.accepted == 0 && outcome.rejected > 0
        switch (layout, after) {
        case (.plain, .move): try Folder(path).move(file, into: isFailed ? "failed" : "done")
        case (.plain, .delete): try Folder(path).delete(file)
        case (.maildir, .move): try Folder(path).moveMail(file, into: isFailed ? ".failed" : ".done")
        case (.maildir, .delete): try Folder(path).deleteMail(file)
        case (.maildir, .seen): try Folder(path).markSeen(file)
        case (_, .keep), (.plain, .seen): state.withLock { $0.taken.add(file) }
        }
        state.withLock { _ = $0.inHand.remove(file) }
    }

    private func tooMany() -> PluginError {
        PluginError(
            .notConnected, "directory.too-many",
            "\(path) holds \(TakenFiles.most) files that were taken; remove old ones, or set 'after: move'")
    }

    private func onQueue<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Result(catching: body)) }
        }
    }
}
