import SluiceBoundary
import SluiceConfig
import SluiceExternal
import SluiceInternal
import SluiceRelay

/// Where the three zones keep their signing keys, and their peers' public ones.
struct ZoneKeys {
    let external: String
    let relay: String
    let internalZone: String

    init(_ workspace: Workspace) throws {
        external = workspace.located(try workspace.external().data) + "/keys"
        relay = workspace.located(try workspace.relay().data) + "/keys"
        internalZone = workspace.located(try workspace.internalZone().data) + "/keys"
    }

    /// The zones' own folders, in which the keys stand.
    var zoneFolders: [String] {
        [external, relay, internalZone].map { String($0.dropLast("/keys".count)) }
    }

    /// One place for each zone: its own pair, and copies of the public key where its peers look.
    var places: [KeyFiles.Place] {
        [
            place("external", external, [relay, internalZone]), place("relay", relay, [external, internalZone]),
            place("internal", internalZone, [external, relay]),
        ]
    }

    private func place(_ zone: String, _ folder: String, _ peers: [String]) -> KeyFiles.Place {
        KeyFiles.Place(
            zone: zone, privateKey: "\(folder)/\(zone).key", publicKey: "\(folder)/\(zone).pub",
            copies: peers.map { "\($0)/\(zone).pub" })
    }
}

extension ZoneKeys {
    func forExternal() throws -> ExternalKeys {
        try ExternalKeys(
            own: KeyFiles.signingKey(at: external + "/external.key"),
            relay: KeyFiles.verifyingKey(at: external + "/relay.pub"),
            internalZone: KeyFiles.verifyingKey(at: external + "/internal.pub"))
    }

    func forRelay() throws -> RelayKeys {
        try RelayKeys(
            own: KeyFiles.signingKey(at: relay + "/relay.key"),
            external: KeyFiles.verifyingKey(at: relay + "/external.pub"),
            internalZone: KeyFiles.verifyingKey(at: relay + "/internal.pub"))
    }

    func forInternal() throws -> InternalKeys {
        try InternalKeys(
            own: KeyFiles.signingKey(at: internalZone + "/internal.key"),
            relay: KeyFiles.verifyingKey(at: internalZone + "/relay.pub"),
            external: KeyFiles.verifyingKey(at: internalZone + "/external.pub"))
    }
}
