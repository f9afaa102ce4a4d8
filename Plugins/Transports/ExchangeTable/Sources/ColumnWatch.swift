internal import SluiceSDK
internal import Synchronization
internal import TableKit

/// Holds the columns of a table against what they were when the channel started.
final class ColumnWatch: Sendable {
    private let what: String
    private let known = Mutex<[TableColumn]?>(nil)

    init(_ what: String) { self.what = what }

    /// - Throws: `PluginError`, misconfigured, when they are not what they were.
    func check(_ columns: [TableColumn]) throws {
        let before = known.withLock { known in
            defer { known = known ?? columns }
            return known ?? columns
        }
        guard before != columns else { return }
        throw PluginError(.misconfigured, "exchange-table.columns-changed", Self.difference(before, columns, what))
    }

    /// An error of the database that a column is gone, or of another type: a change when the columns were well before.
    func explained(_ error: TableError) -> any Error {
        guard error.kind == .shape, known.withLock({ $0 != nil }) else { return error }
        return PluginError(
            .misconfigured, "exchange-table.columns-changed",
            "\(what) no longer is what it was: \(error.reason); check the mapping, then start the channel again")
    }

    private static func difference(_ before: [TableColumn], _ now: [TableColumn], _ what: String) -> String {
        let names = { (columns: [TableColumn]) in Set(columns.map(\.name)) }
        let gone = names(before).subtracting(names(now)).sorted()
        let added = names(now).subtracting(names(before)).sorted()
        let other = before.filter { column in now.contains { $0.name == column.name && $0.type != column.type } }
        var parts: [String] = []
        if !gone.isEmpty { parts.append("lost " + gone.joined(separator: ", ")) }
        if !added.isEmpty { parts.append("gained " + added.joined(separator: ", ")) }
        if !other.isEmpty { parts.append("has another type in " + other.map(\.name).joined(separator: ", ")) }
        if parts.isEmpty { parts.append("has its columns in another order") }
        return
            "\(what) changed its columns: it \(parts.joined(separator: ", ")); check the mapping against a row, then "
            + "start the channel again"
    }
}
