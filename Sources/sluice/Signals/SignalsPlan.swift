import Logging
import SluiceSDK

/// Which listener tells of which zone: a zone's own `signals:` address, or, in one process, that of the first zone that
/// has one.
struct SignalsPlan: Sendable {
    let servers: [SignalsServer]

    init(_ zones: [(address: ListenAddress?, signals: ZoneSignals)], logger: Logger) {
        let shared = zones.compactMap(\.address).first
        var groups: [(address: ListenAddress, zones: [ZoneSignals])] = []
        for zone in zones {
            guard let address = zone.address ?? shared else { continue }
            if let index = groups.firstIndex(where: { $0.address == address }) {
                groups[index].zones.append(zone.signals)
            } else {
                groups.append((address, [zone.signals]))
            }
        }
        servers = groups.map { SignalsServer(address: $0.address, zones: $0.zones, logger: logger) }
    }

    /// One for each listener; none when no zone has an address.
    var parts: [@Sendable () async throws -> Void] { servers.map { server in { try await server.run() } } }
}
