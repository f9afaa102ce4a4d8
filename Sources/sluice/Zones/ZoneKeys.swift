import Foundation
import SluiceBoundary
import SluiceConfig
import SluiceSDK

/// Where one zone keeps its own signing key, and its peers' public ones: all in its own data folder.
struct ZoneKeys {
    let zone: ZoneName
    private let data: String
    private let peers: [ZoneName: String]

    /// - Parameters:
    ///   - data: the zone's data folder.
    ///   - peers: as written in the zone's file.
    init(_ zone: ZoneName, data: String, peers: [ZoneName: String?]) {
        self.zone = zone
        self.data = data
        self.peers = peers.compactMapValues { $0 }
    }

    var privateKey: String { "\(data)/keys/\(zone.rawValue).key" }
    var publicKey: String { "\(data)/keys/\(zone.rawValue).pub" }

    /// Where this zone looks for a peer's public key.
    func path(of peer: ZoneName) -> String {
        let written = peers[peer] ?? "keys/\(peer.rawValue).pub"
        return written.hasPrefix("/") ? written : data + "/" + written
    }

    func own() throws -> SigningKey { try KeyFiles.signingKey(at: privateKey) }

    func key(of peer: ZoneName) throws -> VerifyingKey {
        let path = path(of: peer)
        guard FileManager.default.fileExists(atPath: path) else {
            throw CommandFailure(
                "[key.peer-missing] \(path): the \(peer.rawValue) zone's public key is not there; copy its "
                    + "\(peer.rawValue).pub here, or run `sluice boundary keys` where all three zones are on one machine"
            )
        }
        return try KeyFiles.verifyingKey(at: path)
    }

    /// For `sluice boundary keys`: each zone's own pair, and copies of the public key where those of its peers look whose
    /// files are read here too.
    static func places(_ all: [ZoneKeys]) -> [KeyFiles.Place] {
        all.map { keys in
            KeyFiles.Place(
                zone: keys.zone.rawValue, privateKey: keys.privateKey, publicKey: keys.publicKey,
                copies: all.filter { $0.zone != keys.zone }.map { $0.path(of: keys.zone) })
        }
    }
}

extension Workspace {
    func keys(_ zone: ZoneName) throws -> ZoneKeys {
        let data = try dataFolder(of: zone)
        switch zone {
        case .external:
            let peers = try external().peers
            return ZoneKeys(zone, data: data, peers: [.relay: peers.relay, .internal: peers.internalZone])
        case .relay:
            let peers = try relay().peers
            return ZoneKeys(zone, data: data, peers: [.external: peers.external, .internal: peers.internalZone])
        case .internal:
            let peers = try internalZone().peers
            return ZoneKeys(zone, data: data, peers: [.external: peers.external, .relay: peers.relay])
        }
    }
}
