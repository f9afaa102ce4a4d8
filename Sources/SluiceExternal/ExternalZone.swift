internal import Foundation
internal import GRDB
public import Logging
public import SluiceBoundary
public import SluiceConfig
public import SluiceSDK
public import SluiceStore

/// The zone that faces the upstreams: every channel, the journal, the outlet towards the relay, and the replies.
public final class ExternalZone: Sendable {
    public let store: Store
    private let settings: ExternalSettings
    private let clock: @Sendable () -> Timestamp
    private let logger: Logger
    private let gate = PushGate()
    private let bells = ReplyBells()
    private let board: ChannelBoard
    /// What the zone starts with.
    private let files: [ChannelResult]
    private let lookups: [String: [String: String]]
    private let outlet: Outlet
    private let inlet: Inlet
    /// Files have come; files are to be fetched.
    private let attachments = Signal()
    private let fetches = Signal()

    /// A channel whose configuration has errors is left out, or its last good version runs on, and its status says why;
    /// the others work.
    /// - Parameter restorer: reads the versions that were good once; nil brings none back.
    public init(
        settings: ExternalSettings, channels files: [ChannelResult], lookups: [String: [String: String]],
        plugins: ExternalPlugins, store: Store, keys: ExternalKeys, bell: BoundaryBell,
        restorer: ChannelRestorer? = nil,
        logger: Logger,
        clock: @escaping @Sendable () -> Timestamp = { .now() }
    ) throws {
        self.settings = settings
        self.store = store
        self.clock = clock
        self.logger = logger
        outlet = Outlet(
            stream: .externalToRelay, as: BoundaryStream(from: settings.producer, to: "relay"),
            to: settings.boundary.out, store: store, key: keys.own, bell: bell,
            logger: logger,
            clock: clock, body: { db, piece in try AttachmentBook.body(of: piece, in: db) })
        inlet = Inlet(
            stream: .relayToExternal, as: BoundaryStream(from: "relay", to: settings.producer),
            from: settings.boundary.inward, store: store, key: keys.relay,
            origins: ["internal": keys.internalZone], bell: bell, logger: logger, clock: clock)
        let (outlet, attachments, fetches) = (outlet, attachments, fetches)
        let builder = ChannelBuilder(
            settings: settings, plugins: plugins,
            journal: Journal(
                store: store, channels: ChannelKeys(), forward: { outlet.notify() },
                attach: {
                    attachments.set()
                    fetches.set()
                }),
            crashes: try CrashRecord(
                path: settings.dataFolder + "/in-hand", condemned: try RejectDesk.crashes(in: store)),
            clock: clock)
        let starter = ChannelStarter(
            gate: gate, settings: settings, store: store, outlet: outlet, bells: bells, clock: clock, logger: logger)
        board = ChannelBoard(
            builder: builder, starter: starter, store: store, restore: { try restorer?.restore($0) }, logger: logger)
        self.files = files
        self.lookups = lookups
    }

    /// Runs until its task is cancelled.
    /// - Parameter onListening: called once with the port of the push listener.
    public func run(onListening: @escaping @Sendable (Int) -> Void = { _ in }) async throws {
        let listener = try PushListener(
            address: settings.listen, behindProxy: settings.isBehindProxy, tls: settings.tls, routes: gate,
            logger: logger, clock: clock, running: onListening)
        _ = try await board.apply(files, lookups: lookups)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.holdChannels() }
            group.addTask { try await listener.run() }
            group.addTask { try await self.outlet.run() }
            group.addTask { try await self.takeIn() }
            group.addTask { try await self.keepStatuses() }
            group.addTask { try await self.tallies.run() }
            group.addTask { try await self.housekeeping.run() }
            group.addTask { try await self.erasures.run() }
            group.addTask { try await self.forwarder.run() }
            group.addTask { try await self.fetcher.run() }
            // The first part that ends takes the zone down with it; cancellation ends them all.
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    /// The relay's stream stands still: why, and how it goes on.
    public func boundaryStop() async throws -> ChainBreak? { try await inlet.stop() }

    public func resumeBoundary() async throws { try await inlet.resume() }

    /// Goes on behind batches that never came.
    public func skipGap(by person: String) async throws -> InletGap { try await inlet.skipGap(by: person) }

    /// What keeps a stream from being read or written, beside a stop; empty when all is well.
    public var problems: [String] { [inlet.currentProblem, outlet.currentProblem].compactMap { $0 } }

    public var rejects: RejectDesk { RejectDesk(store: store, clock: clock) }
    public var replies: ReplyDesk { ReplyDesk(store: store, clock: clock) }

    /// Sends a reject through its channel again, with the configuration that runs.
    public func replay(reject id: Int64, by person: String) async throws -> MessageOutcome {
        let board = board
        let replay = RejectReplay(store: store, clock: clock) { id in
            guard let channel = board.channel(id) else { throw RejectReplay.noChannel(id) }
            return RejectReplay.Way(intake: channel.intake) { try board.corrector(channel.file) }
        }
        return try await replay.replay(id, by: person)
    }

    /// Puts a failed reply back to waiting and wakes who sends it.
    public func resend(reply id: String, by person: String) async throws {
        let channel = try await replies.resend(id, by: person, zone: settings.timeZone)
        bells.signal(channel).set()
    }

    /// Has a file that could not be fetched tried again.
    public func retry(attachment id: String, by person: String) async throws {
        try await AttachmentDesk(store: store, clock: clock).retry(id, by: person)
        fetches.set()
    }

    /// Puts another configuration into force: what has not changed is not touched, a bad version of a channel leaves
    /// its last good one running, and what is in hand is finished first.
    public func reload(
        _ channels: [ChannelResult], lookups: [String: [String: String]]
    ) async throws -> [ChannelChange] {
        try await board.apply(channels, lookups: lookups)
    }

    /// Every channel of the configuration in force, by id, with the version that runs; nil where none does.
    public var channels: [String: ChannelFile?] { board.files }

    /// Nothing in and nothing out of a channel until it is resumed, over restarts too.
    public func pause(channel id: String, by person: String) async throws {
        try await board.pause(id, by: person, at: clock())
    }

    public func resume(channel id: String, by person: String) async throws {
        try await board.resume(id, by: person, at: clock())
    }

    /// Asks the channel's source again for everything since a time; what is known is absorbed.
    /// - Parameter isPlan: only says what it would do.
    public func backfill(
        channel id: String, from time: Timestamp, by person: String, isPlan: Bool = false
    ) async throws -> RewoundCheckpoint {
        try await board.backfill(id, to: time, by: person, at: clock(), isPlan: isPlan)
    }

    /// Until cancelled; then what is in hand is finished.
    private func holdChannels() async throws {
        do {
            while true { try await Task.sleep(for: .seconds(3600)) }
        } catch {
            await board.stopAll()
            throw error
        }
    }

    /// Nothing that is sent is ever answered.
    private var isOneWay: Bool { settings.boundary.out.oneWay != nil }

    private var tallies: TallySender {
        let outlet = outlet
        return TallySender(
            store: store, zone: settings.timeZone, clock: clock, forward: { outlet.notify() }, logger: logger,
            isOneWay: isOneWay)
    }

    private var fetcher: AttachmentFetcher {
        let (board, outlet, attachments) = (board, outlet, attachments)
        return AttachmentFetcher(
            store: store, signal: fetches, rules: { board.channel($0)?.file.attachments },
            fetched: { attachments.set() }, forward: { outlet.notify() }, clock: clock, logger: logger)
    }

    private var forwarder: AttachmentForwarder {
        let outlet = outlet
        return AttachmentForwarder(
            store: store, signal: attachments, forward: { outlet.notify() }, clock: clock, logger: logger,
            isOneWay: isOneWay)
    }

    private var erasures: ErasureRunner {
        let erasure = ExternalErasure(store: store, clock: clock)
        return ErasureRunner(store: store, logger: logger, clock: clock, apply: { try await erasure.apply($0) })
    }

    private var housekeeping: Housekeeping {
        let board = board
        let retention = ExternalRetention(
            store: store, raw: { board.channel($0)?.file.rawRetention ?? .seconds(30 * 86_400) },
            closed: settings.retention, window: settings.resendWindow,
            isOneWay: isOneWay, clock: clock)
        return Housekeeping(retention.steps, logger: logger)
    }

    private func takeIn() async throws {
        let board = board
        let inbox = ReplyInbox(
            wanted: { board.channel($0).map { Set($0.file.reply?.events ?? []) } }, zone: settings.timeZone,
            clock: clock)
        try await inlet.run(
            consume: { db, batch in try inbox.take(batch, in: db) },
            taken: { batch in
                for item in batch.items { self.bells.signal(item.item.channelID).set() }
                self.attachments.set()
                self.outlet.notify()
            })
    }

    private func keepStatuses() async throws {
        while true {
            for status in board.statuses {
                do {
                    try await status.flush(to: store, day: clock().day(in: settings.timeZone))
                } catch {
                    logger.error(
                        "status not written", metadata: ["channel": "\(status.channelID)", "error": "\(error)"])
                }
            }
            try await Task.sleep(for: .seconds(1))
        }
    }
}
