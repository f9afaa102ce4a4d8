public import Logging
public import SluiceBoundary
public import SluiceSDK
public import SluiceStore

/// The quarantine between the networks: two inlets, two outlets, and what is decided in between.
public final class RelayZone: Sendable {
    public let desk: QuarantineDesk
    public let ledger: RelayLedger
    private let housekeeping: Housekeeping
    private let erasures: ErasureRunner
    private let pipelines: [(pipeline: Pipeline, inlet: Inlet, outlet: Outlet)]

    /// - Parameter store: quarantine.db, opened with `RelaySchema.schema`.
    public init(
        settings: RelaySettings, store: Store, keys: RelayKeys, bell: BoundaryBell = BoundaryBell(),
        inletOptions: InletOptions = InletOptions(), outletOptions: OutletOptions = OutletOptions(), logger: Logger,
        clock: @escaping @Sendable () -> Timestamp = { .now() }
    ) {
        pipelines = Direction.allCases.map { direction in
            let isInward = direction == .inward
            let inlet = Inlet(
                stream: direction.source, folder: isInward ? settings.fromExternal : settings.fromInternal,
                store: store,
                key: isInward ? keys.external : keys.internalZone, bell: bell, options: inletOptions, logger: logger,
                clock: clock)
            let outlet = Outlet(
                stream: direction.onward, folder: isInward ? settings.toInternal : settings.toExternal, store: store,
                key: keys.own, bell: bell, options: outletOptions, logger: logger, clock: clock,
                passage: { db, passage in try Quarantine(db: db).content(of: passage) })
            return (Pipeline(direction, settings: settings, clock: clock), inlet, outlet)
        }
        let outlets = pipelines.map(\.outlet)
        desk = QuarantineDesk(store: store, twoPersons: settings.twoPersons, clock: clock) {
            for outlet in outlets { outlet.notify() }
        }
        ledger = RelayLedger(store: store, zone: settings.timeZone)
        let retention = RelayRetention(
            store: store, zone: settings.timeZone, age: settings.retention, window: settings.resendWindow, clock: clock)
        housekeeping = Housekeeping(retention.steps, logger: logger)
        let erasure = RelayErasure(store: store, clock: clock)
        erasures = ErasureRunner(store: store, logger: logger, clock: clock, apply: { try await erasure.apply($0) })
    }

    /// Until its task is cancelled.
    public func run() async throws {
        let outlets = pipelines.map(\.outlet)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (pipeline, inlet, outlet) in pipelines {
                group.addTask { try await outlet.run() }
                group.addTask {
                    try await inlet.run(
                        prepare: { pipeline.verify($0) },
                        consume: { db, batch, findings in try pipeline.take(batch, findings, in: db) },
                        taken: { _ in for outlet in outlets { outlet.notify() } })
                }
            }
            group.addTask { try await self.housekeeping.run() }
            group.addTask { try await self.erasures.run() }
            try await group.waitForAll()
        }
    }

    /// Streams that stand still, and why.
    public func stops() async throws -> [ChainBreak] {
        var stops: [ChainBreak] = []
        for (_, inlet, _) in pipelines {
            if let stop = try await inlet.stop() { stops.append(stop) }
        }
        return stops
    }

    /// What keeps a part from working, by stream; empty when all is well.
    public var problems: [String] {
        pipelines.flatMap { [$0.inlet.currentProblem, $0.outlet.currentProblem].compactMap { $0 } }
    }

    /// Lets a stopped producer go on: `external` or `internal`.
    public func resume(producer: String) async throws {
        for (_, inlet, _) in pipelines where inlet.stream.from == producer { try await inlet.resume() }
    }

    /// Item attempts of one day, `2026-01-05`.
    public func counts(day: String) async throws -> [RelayLedger.Count] {
        try await ledger.counts(day: day)
    }
}
