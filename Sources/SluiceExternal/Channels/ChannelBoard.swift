internal import Foundation
internal import GRDB
internal import Logging
internal import SluiceConfig
internal import SluiceSDK
internal import SluiceStore
internal import Synchronization

/// The channels of the zone: which version of each runs, and how another takes over. One change at a time.
final class ChannelBoard: Sendable {
    private struct Entry {
        var status: ChannelStatus
        /// The version in force; nil for a channel that cannot run or must not.
        var channel: CompiledChannel?
        var live: LiveChannel?
    }

    private let builder: ChannelBuilder
    private let starter: ChannelStarter
    private let book: ChannelBook
    private let restore: @Sendable (GoodChannel) throws -> ChannelFile?
    private let logger: Logger
    private let entries = Mutex<[String: Entry]>([:])
    private let turns = Turns()

    /// - Parameter restore: reads a version that was good once.
    init(
        builder: ChannelBuilder, starter: ChannelStarter, store: Store,
        restore: @escaping @Sendable (GoodChannel) throws -> ChannelFile?, logger: Logger
    ) {
        self.builder = builder
        self.starter = starter
        self.restore = restore
        self.logger = logger
        book = ChannelBook(store: store)
    }

    var statuses: [ChannelStatus] { entries.withLock { $0.values.map(\.status) } }

    /// Every channel of the configuration in force, with the version that runs; nil where none does.
    var files: [String: ChannelFile?] { entries.withLock { $0.mapValues { $0.channel?.file } } }

    /// The version in force.
    func channel(_ id: String) -> CompiledChannel? { entries.withLock { $0[id]?.channel } }

    /// Another transport of a channel's, for what is told to its source beside the one that fetches; nil where it is told
    /// nothing.
    func corrector(_ file: ChannelFile) throws -> (any CorrectingTransport)? { try builder.corrector(file) }

    /// Puts a configuration into force. What has not changed is not touched; a bad version leaves the good one running.
    func apply(_ results: [ChannelResult], lookups: [String: [String: String]]) async throws -> [ChannelChange] {
        try await turns.take { [self] in
            var changes: [ChannelChange] = []
            let named = Set(results.map(\.id))
            let gone = entries.withLock { $0.keys.filter { !named.contains($0) }.sorted() }
            for id in gone { changes += try await stop(id, "removed", "its file is gone") }
            for result in results { changes += try await apply(result, lookups) }
            for change in changes {
                logger.info("channel \(change.kind.rawValue)", metadata: ["channel": "\(change.channelID)"])
            }
            return changes
        }
    }

    /// Nothing in and nothing out until `resume`, over restarts too.
    func pause(_ id: String, by person: String, at now: Timestamp) async throws {
        try await turns.take { [self] in
            let entry = try known(id)
            try await book.pause(id, by: person, at: now)
            await entry.live?.stop()
            entries.withLock { $0[id]?.live = nil }
            hold(id, by: person)
        }
    }

    func resume(_ id: String, by person: String, at now: Timestamp) async throws {
        try await turns.take { [self] in
            let entry = try known(id)
            guard try await book.resume(id, by: person, at: now) else {
                throw DeskError("channel.not-paused", "the channel '\(id)' is not paused")
            }
            if let channel = entry.channel { try await start(channel.file, channel.lookups, entry.status) }
        }
    }

    /// Sets the cursor back while nothing of the channel is in hand, and lets it go on from there.
    func backfill(_ id: String, to time: Timestamp, by person: String, at now: Timestamp, isPlan: Bool) async throws
        -> RewoundCheckpoint
    {
        let backfill = Backfill(book: book, time: time, person: person, at: now)
        return try await turns.take { [self] in
            let entry = try known(id)
            guard let channel = entry.channel else {
                throw DeskError("channel.not-running", "the channel '\(id)' does not run; mend its file first")
            }
            // Refused before anything is touched.
            let planned = try await backfill.plan(id, channel.source)
            if isPlan { return planned }
            await entry.live?.stop()
            let done = await Result(catching: { try await backfill.carryOut(id, channel.source) })
            try await start(channel.file, channel.lookups, entry.status)
            return try done.get()
        }
    }

    /// Ends every channel after what it has in hand.
    func stopAll() async {
        let live = entries.withLock { entries in entries.values.compactMap(\.live) }
        await withTaskGroup(of: Void.self) { group in
            for channel in live { group.addTask { await channel.stop() } }
        }
    }

    // MARK: - One channel

    private func apply(_ result: ChannelResult, _ lookups: [String: [String: String]]) async throws -> [ChannelChange] {
        let status = entry(result.id).status
        guard let file = result.channel else {
            return [try await refuse(result.id, result.issues.map(\.description).joined(separator: "; "))]
        }
        guard file.isEnabled else { return try await stop(file.id, "disabled", "enabled: false") }
        let before = entry(file.id).channel
        if let before, before.fingerprint == CompiledChannel.fingerprint(file, lookups) {
            status.note(nil)
            return []
        }
        do {
            _ = try builder.channel(file, lookups: lookups, status: status, checkpoint: nil)
        } catch {
            return [try await refuse(file.id, "\(error)")]
        }
        await entry(file.id).live?.stop()
        let effect = try await book.take(file, lookups)
        try await start(file, lookups, status)
        status.note(nil)
        return [ChannelChange(file.id, before == nil ? .started : .changed, effect)]
    }

    private func start(_ file: ChannelFile, _ lookups: [String: [String: String]], _ status: ChannelStatus) async throws
    {
        let row = try await book.row(file.id)
        let channel = try builder.channel(file, lookups: lookups, status: status, checkpoint: row?.checkpoint)
        let live = row?.pausedBy == nil ? starter.start(channel) : nil
        entries.withLock {
            $0[file.id]?.channel = channel
            $0[file.id]?.live = live
        }
        if let person = row?.pausedBy { hold(file.id, by: person) }
    }

    private func refuse(_ id: String, _ reason: String) async throws -> ChannelChange {
        if entry(id).channel == nil { try await bringBack(id) }
        let entry = entry(id)
        if let channel = entry.channel {
            entry.status.note("the new version was refused, \(channel.file.version) runs on: \(reason)")
        } else {
            entry.status.enter("misconfigured", reason)
        }
        logger.error("channel refused", metadata: ["channel": "\(id)", "reason": "\(reason)"])
        return ChannelChange(id, .refused, reason)
    }

    /// The process has started with a bad file: the version that ran before comes up, where one did.
    private func bringBack(_ id: String) async throws {
        guard let good = try await book.row(id)?.good else { return }
        let status = entry(id).status
        do {
            guard let file = try restore(good) else { return }
            _ = try builder.channel(file, lookups: good.lookups, status: status, checkpoint: nil)
            try await start(file, good.lookups, status)
        } catch let error as ConfigIssues {
            logger.error("last good version", metadata: ["channel": "\(id)", "reason": "\(error)"])
        } catch let error as ConfigIssue {
            logger.error("last good version", metadata: ["channel": "\(id)", "reason": "\(error)"])
        }
    }

    private func stop(_ id: String, _ state: String, _ reason: String) async throws -> [ChannelChange] {
        let entry = entry(id)
        await entry.live?.stop()
        let was = entries.withLock { entries in
            defer {
                entries[id]?.live = nil
                entries[id]?.channel = nil
            }
            return entries[id]?.channel
        }
        if let was { starter.close(was) }
        entry.status.enter(state, reason)
        entry.status.note(nil)
        try await book.leave(id)
        return was == nil ? [] : [ChannelChange(id, .stopped, reason)]
    }

    private func hold(_ id: String, by person: String) {
        let entry = entry(id)
        if let channel = entry.channel { starter.hold(channel) }
        entry.status.enter("paused", "by \(person); `sluice channels resume \(id)`")
    }

    private func entry(_ id: String) -> Entry {
        entries.withLock { entries in
            if let found = entries[id] { return found }
            let made = Entry(status: builder.status(id))
            entries[id] = made
            return made
        }
    }

    private func known(_ id: String) throws -> Entry {
        let found = entries.withLock { $0[id] }
        guard let found else { throw DeskError("channel.unknown", "there is no channel '\(id)'") }
        return found
    }
}

extension Result where Failure == any Error {
    init(catching body: () async throws -> Success) async {
        do {
            self = .success(try await body())
        } catch {
            self = .failure(error)
        }
    }
}

/// Lets one change finish before the next begins.
private final class Turns: Sendable {
    private let last = Mutex<Task<Void, Never>?>(nil)

    /// Once begun, a change is not cancelled with its caller.
    func take<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) async throws -> Value {
        let task = last.withLock { last in
            let before = last
            let task = Task {
                await before?.value
                return try await body()
            }
            last = Task { _ = await task.result }
            return task
        }
        return try await task.value
    }
}
