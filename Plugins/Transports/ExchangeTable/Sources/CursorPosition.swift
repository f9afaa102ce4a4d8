internal import SluiceSDK
internal import TableKit

/// Where a cursor is: rows up to `at` were handed over, and up to `floor` nothing can appear behind our back any more.
struct CursorPosition: Sendable, Equatable {
    var at: [TableValue]?
    var floor: [TableValue]?

    init() {}

    /// - Throws: `PluginError` when the checkpoint is another's: of another mode or another order.
    init(checkpoint: String?, columns: Int) throws {
        guard let checkpoint else { return }
        guard let root = try? JSONDocument.parse(Array(checkpoint.utf8)).root, root["at"] != nil else {
            throw Self.foreign
        }
        at = try Self.values(root["at"], columns)
        floor = try Self.values(root["floor"], columns)
    }

    var checkpoint: String {
        var writer = JSONWriter()
        writer.beginObject()
        for (name, values) in [("at", at), ("floor", floor)] {
            writer.key(name)
            guard let values else { writer.null(); continue }
            writer.beginArray()
            for value in values { Self.write(value, to: &writer) }
            writer.endArray()
        }
        writer.endObject()
        return writer.text
    }

    private static let foreign = PluginError(
        .misconfigured, "exchange-table.checkpoint",
        "what is remembered of this channel does not fit 'since': it was of another kind; give the channel a new id, or "
            + "put 'since' back")

    private static func write(_ value: TableValue, to writer: inout JSONWriter) {
        switch value {
        case .integer(let number): writer.integer(number)
        case .real(let number):
            writer.beginObject()
            writer.field("real", "\(number)")
            writer.endObject()
        default: writer.string(value.text ?? "")
        }
    }

    private static func values(_ list: JSONElement?, _ columns: Int) throws -> [TableValue]? {
        guard let list, !list.isNull else { return nil }
        var found: [TableValue] = []
        try list.forEachElement { element in
            if let number = element.integer {
                found.append(.integer(Int64(number)))
            } else if let text = element.string {
                found.append(.text(text))
            } else if let number = element["real"]?.string.flatMap({ Double($0) }) {
                found.append(.real(number))
            } else {
                throw foreign
            }
        }
        guard found.count == columns else { throw foreign }
        return found
    }
}
