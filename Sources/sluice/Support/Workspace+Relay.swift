import SluiceBoundary
import SluiceConfig
import SluiceRelay

extension Workspace {
    /// The relay as relay.yaml has it, for the zone and for who does something in its place.
    func relaySettings() throws -> RelaySettings {
        let (file, keys) = (try relay(), try keys(.relay))
        var settings = RelaySettings(
            file, external: places(file.external, of: "relay", isFarEnd: true),
            internalSide: places(file.internalSide, of: "relay"),
            jurisdiction: file.jurisdiction ?? configuration.external?.jurisdiction)
        settings.producers = try file.producers.map { producer in
            RelayProducer(
                name: producer.name, places: places(producer.boundary, of: "relay", isFarEnd: true),
                key: try keys.key(of: producer.name, at: producer.key), channels: Set(producer.channels))
        }
        settings.record = try recordPlace()
        return settings
    }

    /// The quarantine's record as relay.yaml names it; nil where it names none.
    func recordPlace() throws -> BoundaryDatabase? {
        try relay().quarantine.map { BoundaryDatabase($0, role: DatabaseLayout.role(of: "relay")) }
    }

    /// For who writes it in the relay's place.
    func record() throws -> QuarantineRecord? { QuarantineRecord(try relaySettings()) }
}
