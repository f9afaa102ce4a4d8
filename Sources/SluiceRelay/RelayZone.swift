public import Logging
public import SluiceBoundary
public import SluiceSDK
public import SluiceStore

/// The quarantine between the networks: an inlet and an outlet for each producer, and what is decided in between.
public final class RelayZone: Sendable {
    public let desk: QuarantineDesk
    public let ledger: RelayLedger
    private let housekeeping: Housekeeping
    private let erasures: ErasureRunner
    private let store: Store
    let record: QuarantineRecord?
    private let logger: Logger
    private let producers: [RelayProducer]
    private let lanes: [(pipeline: Pipeline, inlet: Inlet)]
    private let outlets: [Outlet]
    private let inspector: AttachmentInspector

    /// - Parameter store: quarantine.db, opened with `RelaySchema.schema`.
    public init(
        settings: RelaySettings, store: Store, keys: RelayKeys, bell: BoundaryBell = BoundaryBell(),
        inletOptions: InletOptions = InletOptions(), outletOptions: OutletOptions = OutletOptions(), logger: Logger,
        clock: @escaping @Sendable () -> Timestamp = { .now() }
    ) {
        (self.store, producers, self.logger) = (store, settings.producers, logger)
        let record = QuarantineRecord(settings, clock: clock)
        self.record = record
        // Everybody at the other end of a border: who it is, where its batches come by and go, and its key.
        let peers =
            [
                (name: ProducerShares.first, places: settings.external, key: keys.external),
                (name: "internal", places: settings.internalSide, key: keys.internalZone),
            ] + settings.producers.map { (name: $0.name, places: $0.places, key: $0.key) }
        lanes = peers.map { peer in
            let inlet = Inlet(
                stream: RelayStreams.from(peer.name), from: peer.places.inward, store: store, key: peer.key, bell: bell,
                options: inletOptions, logger: logger, clock: clock)
            return (Pipeline(peer.name, settings: settings, clock: clock), inlet)
        }
        let outlets = peers.map { peer in
            Outlet(
                stream: RelayStreams.to(peer.name), to: peer.places.out, store: store, key: keys.own, bell: bell,
                options: outletOptions, logger: logger, clock: clock,
                passage: { db, passage in try Quarantine(db: db).content(of: passage) })
        }
        self.outlets = outlets
        desk = QuarantineDesk(store: store, record: record, twoPersons: settings.twoPersons, clock: clock) {
            for outlet in outlets { outlet.notify() }
        }
        ledger = RelayLedger(store: store, zone: settings.timeZone)
        let retention = RelayRetention(
            store: store, zone: settings.timeZone, age: settings.retention, window: settings.resendWindow, clock: clock,
            streams: outlets.map(\.stream), silent: settings.silent)
        let age = max(settings.retention, settings.resendWindow)
        let recordDays = [record?.dayKeeping(age: age, logger)].compactMap { $0 }
        housekeeping = Housekeeping(retention.steps + settings.dayKeeping(logger) + recordDays, logger: logger)
        let erasure = RelayErasure(store: store, record: record, clock: clock)
        erasures = ErasureRunner(store: store, logger: logger, clock: clock, apply: { try await erasure.apply($0) })
        inspector = AttachmentInspector(
            store: store, record: record, gate: settings.attachments,
            scanner: settings.attachments.scan.map(ClamdScanner.init),
            logger: logger, clock: clock, released: { for outlet in outlets { outlet.notify() } })
    }

    /// Until its task is cancelled.
    public func run() async throws {
        let (outlets, producers, inspector, record) = (outlets, producers, inspector, record)
        try await store.commit { try ProducerShares.prepare(producers, in: $0) }
        if record == nil { try await QuarantineRecord.forget(in: store) }
        // What fails is tried again, and said, by the record's own task.
        try? await record?.prepare(store)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for outlet in outlets { group.addTask { try await outlet.run() } }
            for (pipeline, inlet) in lanes {
                group.addTask {
                    try await inlet.run(
                        prepare: { pipeline.verify($0) },
                        consume: { db, batch, findings in
                            try pipeline.take(batch, findings, in: db, record: record)
                        },
                        taken: { batch in
                            for outlet in outlets { outlet.notify() }
                            if batch.items.contains(where: { $0.item.kind == .attachment }) { inspector.notify() }
                        })
                }
            }
            group.addTask { try await self.housekeeping.run() }
            group.addTask { try await self.erasures.run() }
            group.addTask { try await inspector.run() }
            if let record { group.addTask { [store, logger] in try await record.run(store, logger) } }
            try await group.waitForAll()
        }
    }

    /// What it reads.
    public var streams: [BoundaryStream] { lanes.map(\.inlet.stream) }

    /// Streams that stand still, and why.
    public func stops() async throws -> [ChainBreak] {
        var stops: [ChainBreak] = []
        for (_, inlet) in lanes {
            if let stop = try await inlet.stop() { stops.append(stop) }
        }
        return stops
    }

    /// What keeps a part from working, by stream; empty when all is well.
    public var problems: [String] {
        lanes.compactMap(\.inlet.currentProblem) + outlets.compactMap(\.currentProblem)
            + [
                inspector.currentProblem,
                record?.currentProblem.map { "[record.away] the quarantine's record cannot be written: \($0)" },
            ]
            .compactMap { $0 }
    }

    /// Lets a stopped producer go on: `external`, `internal` or a further external one.
    /// - Returns: false when there is no such producer.
    @discardableResult
    public func resume(producer: String) async throws -> Bool {
        guard let inlet = lanes.first(where: { $0.inlet.stream.from == producer })?.inlet else { return false }
        try await inlet.resume()
        return true
    }

    /// Goes on behind batches of a producer that never came.
    /// - Returns: nil when there is no such producer.
    public func skipGap(producer: String, by person: String) async throws -> InletGap? {
        try await lanes.first { $0.inlet.stream.from == producer }?.inlet.skipGap(by: person)
    }

    /// Item attempts of one day, `2026-01-05`.
    public func counts(day: String) async throws -> [RelayLedger.Count] {
        try await ledger.counts(day: day)
    }
}
