#if DEBUG
    import DirectoryTransport
    import Foundation
    import GRDB
    import JSONFormat
    import Logging
    import SluiceConfig
    import SluiceSDK

    @testable import SluiceBoundary
    @testable import SluiceExternal
    @testable import SluiceInternal
    @testable import SluiceRelay
    @testable import SluiceStore

    /// The three zones on one disk, with everything that they do cut into steps: nothing runs by itself, so that the same
    /// seed makes the same log.
    struct Gateway {
        static let hosts = ["external", "relay", "internal"]
        static let channel = "hotline-1"
        static let keys = Keys()

        let external: Store
        let relay: Store
        let inside: Store
        let intake: Intake
        let externalEnds: Ends
        let relayEnds: [(pipeline: SluiceRelay.Pipeline, ends: Ends)]
        let zone: InternalZone
        let inbox: ReplyInbox
        let carrier: ReplyCarrier
        let insideEnds: Ends

        struct Ends {
            let inlet: Inlet
            let outlet: Outlet
        }

        struct Keys {
            let external = try! SigningKey(seed: Array(repeating: 1, count: 32))
            let relay = try! SigningKey(seed: Array(repeating: 2, count: 32))
            let inside = try! SigningKey(seed: Array(repeating: 3, count: 32))
        }

        /// - Parameters:
        ///   - root: holds a folder for each host.
        ///   - durability: `.full`, or for the control less.
        init(_ root: String, site: Site, durability: StoreDurability = .full) throws {
            external = try Self.store(root, "external", "external.db", ExternalStore.schema, durability)
            relay = try Self.store(root, "relay", "quarantine.db", RelaySchema.schema, durability)
            inside = try Self.store(root, "internal", "internal.db", InternalSchema.schema, durability)
            intake = try Self.intake(root, site, external)
            inbox = ReplyInbox(wanted: { _ in ["replied"] }, zone: .shanghai, clock: Self.clock)
            carrier = ReplyCarrier(
                channelID: Self.channel, sender: Source(), policy: ReplyPolicy(), store: external, zone: .shanghai,
                status: ChannelStatus(channelID: Self.channel, clock: Self.clock), bell: ReplyBells(), forward: {},
                clock: Self.clock, logger: Self.quiet)
            externalEnds = Ends(
                inlet: Self.inlet(
                    root, .relayToExternal, external, key: Self.keys.relay,
                    origins: ["internal": Self.keys.inside.verifyingKey]),
                outlet: Self.outlet(root, .externalToRelay, external, key: Self.keys.external))
            relayEnds = Self.relayEnds(root, relay)
            zone = try Self.zone(root, site, inside)
            insideEnds = Ends(inlet: zone.pipeline.inlet, outlet: zone.pipeline.outlet)
        }

        func close() throws {
            for store in [external, relay, inside] { try store.close() }
        }

        // MARK: - Pieces

        /// Every segment folder stands on the disk of the host that writes it.
        static func folder(_ root: String, _ stream: BoundaryStream) -> String {
            "\(root)/\(stream.from)/\(stream.name)"
        }

        static let time = StillClock()
        static let clock: @Sendable () -> Timestamp = { time.now }

        static let quiet = Logger(label: "power-cut", factory: { _ in SwiftLogNoOpLogHandler() })

        static let plugins = ExternalPlugins(
            transports: [DirectoryTransport.self], pushTransports: [], formats: [JSONFormat.self], replySenders: [])

        private static func store(
            _ root: String, _ host: String, _ name: String, _ schema: StoreSchema, _ durability: StoreDurability
        ) throws -> Store {
            let folder = "\(root)/\(host)/data"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            let store = try Store(path: folder + "/" + name, schema: schema, durability: durability)
            // Else SQLite's log would never be copied into the file in so short a run.
            try store.write { try $0.execute(sql: "PRAGMA wal_autocheckpoint = 40") }
            return store
        }

        private static func intake(_ root: String, _ site: Site, _ store: Store) throws -> Intake {
            var settings = ExternalSettings(
                jurisdiction: "370400", timeZone: .shanghai, dataFolder: root + "/external/data", listen: "127.0.0.1:0",
                isBehindProxy: false,
                boundary: BoundaryPlaces(out: folder(root, .externalToRelay), in: folder(root, .relayToExternal)))
            settings.sealer = try site.sealer()
            return try Intake(
                site.channel, settings: settings, lookups: [:], plugins: plugins,
                journal: Journal(store: store, channels: ChannelKeys(), forward: {}), crashes: nil, clock: clock)
        }

        private static func relayEnds(_ root: String, _ store: Store) -> [(pipeline: SluiceRelay.Pipeline, ends: Ends)]
        {
            let settings = RelaySettings(
                external: BoundaryPlaces(
                    out: folder(root, .relayToExternal), in: folder(root, .externalToRelay)),
                internalSide: BoundaryPlaces(
                    out: folder(root, .relayToInternal), in: folder(root, .internalToRelay)),
                channels: ChannelPolicies(others: .automatic, named: [:]), jurisdiction: "370400", timeZone: .shanghai)
            return [("external", keys.external), ("internal", keys.inside)].map { producer, peer in
                let ends = Ends(
                    inlet: inlet(root, RelayStreams.from(producer), store, key: peer, origins: [:]),
                    outlet: outlet(
                        root, RelayStreams.to(producer == "internal" ? "external" : "internal"), store, key: keys.relay,
                        passage: { try Quarantine(db: $0).content(of: $1) }))
                return (SluiceRelay.Pipeline(producer, settings: settings, clock: clock), ends)
            }
        }

        private static func zone(_ root: String, _ site: Site, _ store: Store) throws -> InternalZone {
            var keys = InternalKeys(
                own: Self.keys.inside, relay: Self.keys.relay.verifyingKey,
                external: Self.keys.external.verifyingKey)
            keys.opener = try site.opener()
            return try InternalZone(
                settings: InternalSettings(
                    timeZone: .shanghai,
                    boundary: BoundaryPlaces(
                        out: folder(root, .internalToRelay), in: folder(root, .relayToInternal))),
                seats: [seat("desk", .owner), seat("audit", .copy)], store: store,
                keys: keys, bell: BoundaryBell(), logger: quiet, clock: clock, random: { 0.5 }, ticketsOfRun: 7)
        }

        private static func seat(_ id: String, _ role: HandlerProfile.Role) -> HandlerSeat {
            HandlerSeat(HandlerProfile(id: id, name: id, role: role, isFallback: role == .owner), sender: nil)
        }

        private static func inlet(
            _ root: String, _ stream: BoundaryStream, _ store: Store, key: SigningKey, origins: [String: VerifyingKey]
        ) -> Inlet {
            Inlet(
                stream: stream, from: .folder(folder(root, stream)), store: store, key: key.verifyingKey,
                origins: origins,
                logger: quiet, clock: clock)
        }

        private static func outlet(
            _ root: String, _ stream: BoundaryStream, _ store: Store, key: SigningKey,
            passage: @escaping @Sendable (Database, Passage) throws -> PassageContent? = { _, _ in nil }
        ) -> Outlet {
            Outlet(
                stream: stream, to: .folder(folder(root, stream)), store: store, key: key, logger: quiet, clock: clock,
                passage: passage)
        }
    }

    /// A source that takes every reply.
    struct Source: ReplySender {
        static let spec = PluginSpec("source", "For the cuts.", ConfigSpec([]))

        init() {}
        init(_ config: Config, context: ChannelContext) throws {}

        func send(_ reply: Reply) async throws -> SourceAnswer {
            Promise.replied(reply: reply.id).note()
            return SourceAnswer(status: 200, excerpt: "")
        }
    }
#endif
