public import Logging
public import SluiceBoundary
public import SluiceConfig
public import SluiceSDK
public import SluiceStore

/// The internal zone: admits what the relay released, delivers it, takes the handlers' events.
public final class InternalZone: Sendable {
    /// Look-ups for people.
    public let desk: TicketDesk
    public let ledger: InternalLedger
    /// Handlers that get nothing until their configuration is mended, and why. Their queues are kept.
    public let idleHandlers: [String: String]

    let roster: Roster
    let pipeline: Pipeline
    let renderer: EventRenderer
    private let reader: HandlerDesk

    /// - Parameters:
    ///   - handlers: those of the configuration that are enabled; exactly one owner is the fallback.
    ///   - senders: makes the plugin that carries a handler's events; nil where the handler fetches them itself.
    ///   - store: made with `InternalSchema.schema`.
    /// - Throws: `RoutingError`, or what the store says.
    public convenience init(
        settings: InternalSettings, handlers: [HandlerFile],
        senders: @Sendable (HandlerFile) throws -> (any DeliverySender)?, store: Store, keys: InternalKeys,
        bell: BoundaryBell = BoundaryBell(), inletOptions: InletOptions = InletOptions(),
        outletOptions: OutletOptions = OutletOptions(), logger: Logger,
        clock: @escaping @Sendable () -> Timestamp = { .now() }
    ) throws {
        var seats: [HandlerSeat] = []
        for file in handlers where file.isEnabled {
            do {
                let sender = try senders(file)
                seats.append(HandlerSeat(HandlerProfile(file), sender: sender))
            } catch {
                seats.append(HandlerSeat(HandlerProfile(file), sender: nil, fault: "\(error)"))
            }
        }
        try self.init(
            settings: settings, seats: seats, store: store, keys: keys, bell: bell, inletOptions: inletOptions,
            outletOptions: outletOptions, logger: logger, clock: clock)
    }

    init(
        settings: InternalSettings, seats: [HandlerSeat], store: Store, keys: InternalKeys, bell: BoundaryBell,
        inletOptions: InletOptions = InletOptions(), outletOptions: OutletOptions = OutletOptions(), logger: Logger,
        clock: @escaping @Sendable () -> Timestamp,
        random: @escaping @Sendable () -> Double = { .random(in: 0..<1) },
        ticketsOfRun: Int = TicketIndex.Limits.run
    ) throws {
        let zone = settings.timeZone
        let book = TicketBook(index: try TicketIndex(leading: store, runSize: ticketsOfRun))
        let roster = try Roster(seats.map(\.profile), store: store)
        let renderer = EventRenderer(store: store, roster: roster, zone: zone)
        let workers = seats.compactMap { seat -> DeliveryWorker? in
            guard let sender = seat.sender, let entry = roster[seat.profile.id] else { return nil }
            return DeliveryWorker(
                handler: entry, sender: sender, store: store, renderer: renderer, clock: clock, random: random,
                logger: logger)
        }
        let admission = Admission(
            reader: ItemReader(router: try Router(roster.entries), zone: zone, opener: keys.opener), roster: roster,
            zone: zone, book: book)
        self.roster = roster
        self.renderer = renderer
        pipeline = Pipeline(
            store: store,
            inlet: Inlet(
                stream: .relayToInternal, from: settings.boundary.inward, store: store, key: keys.relay,
                origins: keys.origins, bell: bell, options: inletOptions, logger: logger, clock: clock),
            outlet: Outlet(
                stream: .internalToRelay, to: settings.boundary.out, store: store, key: keys.own, bell: bell,
                options: outletOptions, logger: logger, clock: clock,
                body: { db, reply in try ReplyBook.body(of: reply, db) }),
            admission: admission,
            cases: CaseEvents(store: store, roster: roster, book: book, wayOut: settings.replies, clock: clock),
            workers: workers,
            patience: settings.revisionPatience,
            retention: InternalRetention(
                store: store, cases: settings.retention, window: settings.resendWindow,
                isOneWay: settings.boundary.out.oneWay != nil, clock: clock), clock: clock,
            logger: logger)
        desk = TicketDesk(store: store, zone: zone, book: book)
        ledger = InternalLedger(store: store)
        reader = HandlerDesk(store: store, roster: roster, zone: zone, book: book)
        idleHandlers = Dictionary(seats.compactMap { seat in seat.fault.map { (seat.profile.id, $0) } }) { $1 }
        for (id, fault) in idleHandlers.sorted(by: { $0.key < $1.key }) {
            logger.error(
                "handler gets nothing until its configuration is mended",
                metadata: ["handler": "\(id)", "error": "\(fault)"])
        }
    }

    /// Until its task is cancelled.
    public func run() async throws {
        do {
            try await pipeline.run()
        } catch is CancellationError {}
    }

    /// Takes a requester's data out of these tickets, here and in the zones outward.
    /// - Returns: the erasure's id.
    public func erase(
        _ tickets: [String], extent: ErasureExtent, reason: String, by person: String
    ) async throws -> String {
        let id = try await pipeline.erasures.erase(tickets, extent: extent, reason: reason, by: person)
        pipeline.outlet.notify()
        return id
    }

    /// The relay's stream stands still: why, and how it goes on.
    public func boundaryStop() async throws -> ChainBreak? { try await pipeline.inlet.stop() }

    public func resumeBoundary() async throws { try await pipeline.inlet.resume() }

    /// Goes on behind batches that never came.
    public func skipGap(by person: String) async throws -> InletGap { try await pipeline.inlet.skipGap(by: person) }

    /// What keeps a stream from being read or written, beside a stop; empty when all is well.
    public var problems: [String] {
        [pipeline.inlet.currentProblem, pipeline.outlet.currentProblem].compactMap { $0 }
    }

    // MARK: For the handler API

    /// The handler whose token this is. Every token is compared, and each in constant time.
    public func handler(token: String) -> String? {
        let digest = SHA256.hash(token)
        var found: String?
        for entry in roster.entries {
            if let own = entry.profile.tokenDigest, constantTimeEqual(own, digest) { found = entry.profile.id }
        }
        return found
    }

    /// Takes an event of a handler. Idempotent for each (handler, event id).
    /// - Throws: `CaseError`; anything else means that nothing could be stored.
    public func report(_ event: HandlerEvent, on ticketID: String, by handlerID: String) async throws -> CaseAnswer {
        guard let handler = roster[handlerID] else { throw CaseError.unknownTicket }
        return try await pipeline.report(event, on: ticketID, by: handler)
    }

    /// The ticket document with this handler's masks.
    /// - Throws: `CaseError.unknownTicket` when the ticket is not shared with it.
    public func ticket(_ ticketID: String, for handlerID: String) async throws -> [UInt8] {
        guard let handler = roster[handlerID] else { throw CaseError.unknownTicket }
        return try await reader.document(ticketID, for: handler)
    }

    /// A file of a ticket.
    /// - Throws: `CaseError` of kind `unknownTicket` when the ticket is not shared with the handler, when it does not see
    ///   the ticket's attachments, or when there is no such file.
    public func attachment(
        _ attachmentID: String, of ticketID: String, for handlerID: String
    ) async throws -> AttachmentFile {
        guard let handler = roster[handlerID] else { throw CaseError.unknownTicket }
        return try await reader.file(attachmentID, of: ticketID, for: handler)
    }

    /// A revision was rejected outside and will not come: what waits behind it is admitted.
    public func skip(_ ticketID: String, revision: Int) async throws {
        let (pipeline, now) = (pipeline, pipeline.clock())
        try await pipeline.store.commit { try pipeline.admission.skip(ticketID, revision: revision, at: now, $0) }
        for worker in pipeline.workers { worker.ring() }
    }
}

/// A handler and what carries its events.
struct HandlerSeat: Sendable {
    var profile: HandlerProfile
    var sender: (any DeliverySender)?
    /// Why there is no sender, where there should be one.
    var fault: String?

    init(_ profile: HandlerProfile, sender: (any DeliverySender)?, fault: String? = nil) {
        self.profile = profile
        self.sender = sender
        self.fault = fault
    }
}
