import Foundation
import GRDB

extension Installation {
    /// A zone's store.
    func store(_ zone: String) -> String {
        "\(folder)/data/\(zone)/\(zone == "relay" ? "quarantine" : zone).db"
    }

    func reader(of zone: String) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.readonly = true
        return try DatabaseQueue(path: store(zone), configuration: configuration)
    }

    /// Rows of a table, which may have a condition behind it.
    func count(of table: String, in zone: String) throws -> Int {
        try reader(of: zone).read { try Int.fetchOne($0, sql: "SELECT count(*) FROM \(table)") ?? 0 }
    }

    /// The store of a zone that is at rest, as it stands now.
    /// - Returns: the copy's path.
    func copyOfStore(_ zone: String, in folder: String) throws -> String {
        let copy = "\(folder)/\(zone)-copy.db"
        for end in ["", "-wal"] {
            try FileManager.default.copyItem(atPath: store(zone) + end, toPath: copy + end)
        }
        return copy
    }
}
