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
    private let outlet: Outlet
    private let inlet: Inlet
    private let channels: [CompiledChannel]
    private let statuses: [ChannelStatus]

    /// A channel whose configuration has errors is left out, and its status says why; the others work.
    public init(
        settings: ExternalSettings, channels files: [ChannelResult], lookups: [String: [String: String]],
        plugins: ExternalPlugins, store: Store, keys: ExternalKeys, bell: BoundaryBell, logger: Logger,
        clock: @escaping @Sendable () -> Timestamp = { .now() }
    ) throws {
        self.settings = settings
        self.store = store
        self.clock = clock
        self.logger = logger
        outlet = Outlet(
            stream: .externalToRelay, folder: settings.boundary.out, store: store, key: keys.own, bell: bell,
            logger: logger,
            clock: clock)
        inlet = Inlet(
            stream: .relayToExternal, folder: settings.boundary.inward, store: store, key: keys.relay,
            origins: ["internal": keys.internalZone], bell: bell, logger: logger, clock: clock)
        var builder = ChannelBuilder(
            settings: settings, lookups: lookups, plugins: plugins, store: store, outlet: outlet,
            crashes: try CrashRecord(
                path: settings.dataFolder + "/in-hand", condemned: try RejectDesk.crashes(in: store)),
            logger: logger, clock: clock)
        try builder.build(files)
        channels = builder.channels
        statuses = builder.statuses
    }

    /// Runs until its task is cancelled.
    /// - Parameter onListening: called once with the port of the push listener.
    public func run(onListening: @escaping @Sendable (Int) -> Void = { _ in }) async throws {
        for channel in channels {
            if case .push(let transport) = channel.source { gate.open(channel, transport: transport) }
        }
        let listener = try PushListener(
            address: settings.listen, behindProxy: settings.isBehindProxy, routes: gate, logger: logger,
            clock: clock, running: onListening)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await listener.run() }
            group.addTask { try await self.outlet.run() }
            group.addTask { try await self.takeIn() }
            group.addTask { try await self.keepStatuses() }
            for channel in channels { start(channel, in: &group) }
            // The first part that ends takes the zone down with it; cancellation ends them all.
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    /// The relay's stream stands still: why, and how it goes on.
    public func boundaryStop() async throws -> ChainBreak? { try await inlet.stop() }
    public func resumeBoundary() async throws { try await inlet.resume() }

    public var rejects: RejectDesk { RejectDesk(store: store, clock: clock) }
    public var replies: ReplyDesk { ReplyDesk(store: store, clock: clock) }

    /// Sends a reject through its channel again, with the configuration that runs.
    public func replay(reject id: Int64, by person: String) async throws -> MessageOutcome {
        let channels = channels
        let replay = RejectReplay(store: store) { id in
            guard let channel = channels.first(where: { $0.id == id }) else { throw RejectReplay.noChannel(id) }
            return channel.intake
        }
        return try await replay.replay(id, by: person)
    }

    /// Puts a failed reply back to waiting and wakes who sends it.
    public func resend(reply id: String, by person: String) async throws {
        let channel = try await replies.resend(id, by: person, zone: settings.timeZone)
        bells.signal(channel).set()
    }

    private func start(_ channel: CompiledChannel, in group: inout ThrowingTaskGroup<Void, any Error>) {
        if case .fetch(let transport) = channel.source {
            let runner = ChannelRunner(
                channelID: channel.id, transport: transport, intake: channel.intake, status: channel.status,
                disablesAtStartup: channel.file.startup == .disable, logger: logger)
            group.addTask {
                await runner.run()
                try await Self.untilCancelled()
            }
        }
        if let carrier = carrier(for: channel) { group.addTask { try await carrier.run() } }
    }

    private func carrier(for channel: CompiledChannel) -> ReplyCarrier? {
        guard let use = channel.file.reply, let sender = channel.replySender else { return nil }
        let outlet = outlet
        return ReplyCarrier(
            channelID: channel.id, sender: sender, policy: ReplyPolicy(use), store: store,
            zone: settings.timeZone, status: channel.status, bell: bells, forward: { outlet.notify() }, clock: clock,
            logger: logger)
    }

    /// A channel that has ended must not end the zone.
    private static func untilCancelled() async throws {
        while true { try await Task.sleep(for: .seconds(3600)) }
    }

    private func takeIn() async throws {
        let wanted = Dictionary(uniqueKeysWithValues: channels.map { ($0.id, Set($0.file.reply?.events ?? [])) })
        let inbox = ReplyInbox(wanted: { wanted[$0] }, zone: settings.timeZone, clock: clock)
        try await inlet.run(
            consume: { db, batch in try inbox.take(batch, in: db) },
            taken: { batch in
                for item in batch.items { self.bells.signal(item.item.channelID).set() }
                self.outlet.notify()
            })
    }

    private func keepStatuses() async throws {
        while true {
            for status in statuses {
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
