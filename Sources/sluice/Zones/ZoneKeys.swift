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

    /// The internal zone's private sealing keys.
    var sealingFolder: String { "\(data)/keys/sealing" }

    /// The certificate that is sealed to: the internal zone's own, or where the external zone looks for it.
    /// - Parameter written: as the zone's file names it.
    func sealingCertificate(_ written: String? = nil) -> String {
        let path = written ?? "keys/sealing.crt"
        return path.hasPrefix("/") ? path : data + "/" + path
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

    /// A further external producer's.
    /// - Parameter written: in the zone's file.
    func key(of producer: String, at written: String?) throws -> VerifyingKey {
        let path = written ?? "keys/\(producer).pub"
        let place = path.hasPrefix("/") ? path : data + "/" + path
        guard FileManager.default.fileExists(atPath: place) else {
            throw CommandFailure(
                "[key.peer-missing] \(place): the public key of the external process \(producer) is not there; copy its "
                    + "external.pub here, under this name")
        }
        return try KeyFiles.verifyingKey(at: place)
    }

    func keys(of producers: [String: String]) throws -> [String: VerifyingKey] {
        var keys: [String: VerifyingKey] = [:]
        for (name, path) in producers { keys[name] = try key(of: name, at: path) }
        return keys
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
    /// Makes the keys that are missing, of every zone whose file is here, and hands the public ones to the peers.
    /// - Parameter isRotation: makes a further sealing key.
    func prepareKeys(isRotation: Bool = false) throws -> (signing: [KeyFiles.Outcome], sealing: KeyFiles.Outcome?) {
        let zones = try zones()
        for zone in zones { try ZoneFolder.prepare(dataFolder(of: zone)) }
        let signing = try KeyFiles.prepare(ZoneKeys.places(zones.map(keys)))
        guard zones.contains(.internal) else { return (signing, nil) }
        let own = try keys(.internal)
        let copies = zones.contains(.external) ? [try sealingCertificate()] : []
        let place = KeyFiles.SealingPlace(
            folder: own.sealingFolder, certificate: own.sealingCertificate(), copies: copies)
        return (signing, try KeyFiles.prepareSealing(place, isRotation: isRotation))
    }

    /// Where the external zone looks for what it seals to.
    func sealingCertificate() throws -> String {
        try keys(.external).sealingCertificate(external().peers.sealing)
    }

    /// nil where external.yaml says `sealing: off`.
    func sealer() throws -> TicketSealer? {
        try external().isSealing ? TicketSealer(certificateAt: sealingCertificate()) : nil
    }

    /// nil where the internal zone has no sealing keys.
    func opener() throws -> TicketOpener? {
        let folder = try keys(.internal).sealingFolder
        return FileManager.default.fileExists(atPath: folder) ? try TicketOpener(folder: folder) : nil
    }

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
