import SluiceBoundary
import SluiceConfig
import SluiceRelay

extension Workspace {
    /// The quarantine's record as relay.yaml names it; nil where it names none.
    func recordPlace() throws -> BoundaryDatabase? {
        try relay().quarantine.map { BoundaryDatabase($0, role: DatabaseLayout.role(of: "relay")) }
    }

    /// For who writes it in the relay's place.
    func record() throws -> QuarantineRecord? {
        let file = try relay()
        let borders =
            [("external", file.external), ("internal", file.internalSide)]
            + file.producers.map { ($0.name, $0.boundary) }
        let silent = Set(borders.filter { $0.1.oneWay != nil }.map(\.0))
        return try recordPlace().map { QuarantineRecord($0, silent: silent) }
    }
}
