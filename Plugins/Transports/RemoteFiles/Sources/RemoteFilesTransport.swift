internal import CurlKit
public import SluiceSDK
internal import Synchronization

/// Takes the files that appear in a folder of an SFTP, FTP or FTPS server, one message a file.
public final class RemoteFilesTransport: Transport {
    public static let spec = PluginSpec(
        "remote-files", "Takes the files that appear in a folder of an SFTP, FTP or FTPS server.",
        ConfigSpec(
            FileServer.fields + [
                ConfigField(
                    "pattern", .string, default: "\"*\"", example: "\"*.csv\"",
                    "Which names are taken, with `*`, `?` and `[a-z]`."),
                ConfigField("recursive", .boolean, default: "false", example: "true", "Looks into sub-folders too."),
                ConfigField(
                    "stable_for", .duration, default: "10s", example: "30s",
                    "A file is taken when it has not changed for so long: its writer is done then."),
                ConfigField("every", .duration, default: "60s", example: "5m", "How often the folder is looked at."),
                ConfigField(
                    "after", .choice(AfterTaking.Action.allCases.map(\.rawValue)), default: "move", example: "delete",
                    "What happens to a file once it is stored: `move` it (into `failed/` when no record of it was taken), "
                        + "`delete` it, or `keep` it and remember that it was taken."),
                ConfigField(
                    "moved_to", .string, default: "done", example: "/archive/12345",
                    "Where `move` puts it: a folder beside the file, or an absolute path. It is made when it is missing."
                ),
            ]))

    let session: FileSession
    private let walk: FolderWalk
    private let after: AfterTaking
    private let every: Duration
    private let context: ChannelContext
    private let state: Mutex<State>

    fileprivate struct State {
        var watch: StabilityWatch
        var listing: ListingKind
        var ready: ArraySlice<RemoteFile> = []
        /// When the folder is looked at again; nil is now.
        var nextLook: ContinuousClock.Instant?
        /// Handed over and not yet acknowledged.
        var inHand: Set<RemoteFile> = []
        var taken: TakenFiles
        /// Files that cannot be taken and were reported, until they change or go.
        var refused: Set<RemoteFile> = []
        /// What the last look had to say.
        var warnings: Set<String> = []
    }

    /// - Throws: `ConfigIssue`.
    public init(_ config: Config, context: ChannelContext) throws {
        let server = try FileServer(config)
        session = FileSession(server, timeout: context.limits.time)
        let after = try AfterTaking(config, charset: server.names)
        walk = FolderWalk(
            rules: try FileNameRules(config, charset: server.names),
            isRecursive: config.has("recursive") ? try config.boolean("recursive") : false, skipped: after.folders)
        self.after = after
        every = try config.optionalDuration("every") ?? .seconds(60)
        self.context = context
        let watch = StabilityWatch(time: try config.optionalDuration("stable_for") ?? .seconds(10))
        state = Mutex(
            State(
                watch: watch, listing: server.address.isSFTP ? .long : .machine,
                taken: TakenFiles(checkpoint: context.checkpoint)))
    }

    public func connect() async throws {
        try await reported { try await session.check() }
        // What was handed over and never acknowledged is offered again.
        state.withLock { state in
            (state.inHand, state.ready, state.nextLook) = ([], [], nil)
            (state.refused, state.warnings) = ([], [])
        }
    }

    public func next() async throws -> InboundMessage? {
        while true {
            try Task.checkCancellation()
            while let file = state.withLock({ $0.ready.popFirst() }) {
                if let message = try await fetch(file) { return message }
            }
            if let due = state.withLock({ $0.nextLook }) { try await Task.sleep(until: due, clock: .continuous) }
            try await look()
        }
    }

    public func close() async { session.close() }

    private func look() async throws {
        var listing = state.withLock { $0.listing }
        let found = try await reported { [listing] in
            var kind = listing
            let found = try await walk.look(session, listing: &kind)
            return (found, kind)
        }
        listing = found.1
        let new = try state.withLock { state in try state.note(found.0, listing, after, every) }
        for warning in new { context.report(warning) }
    }

    /// nil when the file is not what was listed, or cannot be taken.
    private func fetch(_ file: RemoteFile) async throws -> InboundMessage? {
        let most = context.limits.message
        guard file.size <= most else {
            return refuse(
                file, "too-large",
                "has \(file.size) bytes, more than limits.message allows (\(most)); it was left in place")
        }
        do {
            let (bytes, modified) = try await session.fetch(file.path, most: most)
            return message(file, bytes, modified)
        } catch let error as CurlError {
            switch error.code {
            case "curl.not-found": return nil  // Somebody took it away.
            case "curl.too-large": return refuse(file, "too-large", "is larger than listed; it was left in place")
            case "curl.denied", "curl.command":
                return refuse(file, "unreadable", "may not be read; have the server's people give this user the right")
            default:
                // Offered again after connecting.
                throw PluginError(error, session.server)
            }
        }
    }

    private func message(_ file: RemoteFile, _ bytes: [UInt8], _ modified: Int?) -> InboundMessage? {
        guard bytes.count == file.size else {
            // Written to, or cut short, since it was listed. The next look tells; one that stays so is reported.
            return refuse(
                file, "size",
                "was listed with \(file.size) bytes and gave \(bytes.count); it is taken when the two agree")
        }
        let taken = Taken(file: file, modified: modified, digest: SHA256.hash(bytes))
        let checkpoint: String? = state.withLock { state in
            guard after.action == .keep else {
                state.inHand.insert(file)
                return nil
            }
            if state.taken.contains(file, bytes) {
                state.taken.add(file, content: taken.content)
                return nil
            }
            state.inHand.insert(file)
            return state.taken.checkpoint(adding: file, content: taken.content)
        }
        if after.action == .keep, checkpoint == nil { return nil }  // Only its date looked new.
        return InboundMessage(RawMessage(bytes: bytes, origin: file.text), checkpoint: checkpoint) { [self] outcome in
            try await reported { try await after.perform(taken, outcome, session) }
            state.withLock { state in
                if after.action == .keep { state.taken.add(file, content: taken.content) }
                state.inHand.remove(file)
            }
        }
    }

    private func refuse(_ file: RemoteFile, _ code: String, _ reason: String) -> InboundMessage? {
        state.withLock { _ = $0.refused.insert(file) }
        context.report("[remote-files.\(code)] \(file.text) \(reason)")
        return nil
    }

    private func reported<Value>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch let error as CurlError {
            throw PluginError(error, session.server)
        }
    }
}

extension RemoteFilesTransport.State {
    /// - Returns: what ops do not know yet.
    fileprivate mutating func note(
        _ found: FolderWalk.Found, _ listing: ListingKind, _ after: AfterTaking, _ every: Duration
    ) throws -> [String] {
        self.listing = listing
        refused.formIntersection(found.files)
        if after.action == .keep {
            taken.keepOnly(found.files)
            guard taken.files.count < TakenFiles.most else { throw PluginError.tooMany }
        }
        let waiting = found.files.filter { !inHand.contains($0) && !refused.contains($0) && !taken.contains($0) }
        let (settled, wait) = watch.settled(waiting, now: .now)
        ready = settled.sorted { $0.path.lexicographicallyPrecedes($1.path) }[...]
        nextLook = .now + min(every, wait ?? every)
        let new = found.warnings.filter { !warnings.contains($0) }
        warnings = Set(found.warnings)
        return new
    }
}
