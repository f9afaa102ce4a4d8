import Logging
import PostgresKit
import SluiceBoundary
import SluiceConfig
import SluiceRelay
import SluiceSDK
import SluiceStore
import SluiceTesting

/// The relay with two external processes, each with its own store, key and chain; `external` has hotline-1 and
/// `external-2` has web-2.
final class SeveralExternals: Sendable {
    enum Way: String, CaseIterable, Sendable { case segments, postgres }

    static let second = "external-2"
    static let secondKey = try! SigningKey(seed: Array(repeating: 4, count: 32))

    let folder = TemporaryFolder()
    let externals: [String: Store]
    let internalStore: Store
    let relayStore: Store
    let relay: RelayZone
    private let server: PostgresServer?
    private let secondSigner: SigningKey

    /// - Parameter secondSigner: what the second one signs with.
    init(_ way: Way, secondSigner: SigningKey = secondKey) async throws {
        self.secondSigner = secondSigner
        server = way == .postgres ? try await PostgresServer() : nil
        externals = [
            "external": try Store(path: folder("external.db"), schema: ThreeZones.schema(.externalToRelay)),
            Self.second: try Store(path: folder("second.db"), schema: ThreeZones.schema(.externalToRelay)),
        ]
        internalStore = try Store(path: folder("internal.db"), schema: ThreeZones.schema(.internalToRelay))
        relayStore = try Store(path: folder("quarantine.db"), schema: RelaySchema.schema)
        if let server {
            try await BoundaryInstaller.install(
                DatabaseLayout(
                    producers: [DatabaseLayout.Producer("external"), DatabaseLayout.Producer(Self.second)]),
                in: Self.database(server, "postgres"))
        }
        let places = { [folder, server] (peer: String) in Self.places("relay", peer, folder, server) }
        var settings = RelaySettings(
            external: places("external"), internalSide: places("internal"),
            channels: ChannelPolicies(others: .automatic), jurisdiction: Tickets.jurisdiction, timeZone: .shanghai)
        settings.producers = [
            RelayProducer(
                name: Self.second, places: places(Self.second), key: Self.secondKey.verifyingKey, channels: ["web-2"])
        ]
        relay = RelayZone(
            settings: settings, store: relayStore,
            keys: RelayKeys(
                own: ThreeZones.keys["relay"]!, external: ThreeZones.keys["external"]!.verifyingKey,
                internalZone: ThreeZones.keys["internal"]!.verifyingKey),
            inletOptions: ThreeZones.fast, logger: quiet, clock: { Tickets.time })
    }

    private static func database(_ server: PostgresServer, _ role: String) -> BoundaryDatabase {
        BoundaryDatabase(
            PostgresSettings(host: server.socketFolder, port: server.port, database: "postgres", user: role))
    }

    /// One zone's end of its border with another.
    private static func places(
        _ zone: String, _ peer: String, _ folder: TemporaryFolder, _ server: PostgresServer?
    ) -> BoundaryPlaces {
        if let server { return BoundaryPlaces(database(server, DatabaseLayout.role(of: zone))) }
        return BoundaryPlaces(out: folder("\(zone)-\(peer)"), in: folder("\(peer)-\(zone)"))
    }

    func send(_ items: [Item], from producer: String) throws {
        try externals[producer]?.write { _ = try Outbox.append(items.map { ($0, nil) }, to: .externalToRelay, in: $0) }
    }

    func reply(_ items: [Item]) throws {
        try internalStore.write { _ = try Outbox.append(items.map { ($0, nil) }, to: .internalToRelay, in: $0) }
    }

    /// Runs everybody until `condition` holds.
    /// - Returns: false when it did not in time.
    func run(until condition: @Sendable () async throws -> Bool) async throws -> Bool {
        try await withThrowingTaskGroup(of: Void.self) { group in
            let keys = [
                "external": ThreeZones.keys["external"]!, Self.second: secondSigner,
                "internal": ThreeZones.keys["internal"]!,
            ]
            for (name, store) in externals.merging(["internal": internalStore], uniquingKeysWith: { $1 }) {
                let local: BoundaryStream = name == "internal" ? .internalToRelay : .externalToRelay
                let wire = BoundaryStream(from: name, to: "relay")
                let places = Self.places(name, "relay", folder, server)
                let outlet = Outlet(
                    stream: local, as: wire, to: places.out, store: store, key: keys[name]!, logger: quiet)
                let inlet = Inlet(
                    stream: local.opposite, as: wire.opposite, from: places.inward, store: store,
                    key: ThreeZones.keys["relay"]!.verifyingKey,
                    origins: [
                        "internal": ThreeZones.keys["internal"]!.verifyingKey,
                        "external": ThreeZones.keys["external"]!.verifyingKey,
                        Self.second: Self.secondKey.verifyingKey,
                    ].filter { ($0.key == "internal") != (name == "internal") }, options: ThreeZones.fast, logger: quiet
                )
                group.addTask { try await outlet.run() }
                group.addTask {
                    try await inlet.run(
                        consume: { db, batch in try ThreeZones.take(batch, answering: local, in: db) },
                        taken: { _ in outlet.notify() })
                }
            }
            group.addTask { try await self.relay.run() }
            var holds = false
            for _ in 0..<3000 where !holds {
                holds = try await condition()
                if !holds { try await Task.sleep(for: .milliseconds(10)) }
            }
            group.cancelAll()
            return holds
        }
    }
}
