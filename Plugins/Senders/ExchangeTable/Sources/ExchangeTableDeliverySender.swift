public import SluiceSDK
internal import TableKit

/// Writes each event for a handler as a row of a table.
public struct ExchangeTableDeliverySender: DeliverySender {
    public static let spec = PluginSpec(
        "exchange-table", "Writes each event as a row of a table, in PostgreSQL or SQLite.",
        ConfigSpec(
            TableAddress.fields
                + [ConfigField("table", .string, required: true, example: "public.event", "The table.")]
                + RowInsert.fields("event.id")))

    static let names: Set<String> = [
        "event.id", "event.type", "event.time", "event.subject", "event.data", "event",
    ]

    private let insert: RowInsert
    private let line: TableLine

    /// - Throws: `ConfigIssue`.
    public init(_ config: Config, handlerID: String) throws {
        line = TableLine(try TableAddress(config))
        for key in ["insert", "unique"] { _ = try config.required(key) }
        insert = try RowInsert(config, try TableName(config), id: "event.id", allowed: Self.names)
    }

    /// All of a batch or nothing of it; an event that stands there already stays as it is.
    public func deliver(_ batch: DeliveryBatch) async throws {
        try await line.run { session in
            try session.transaction(.writing) {
                for event in batch.events {
                    let root = try Self.read(event)
                    _ = try insert.write(session) { name, _ in Self.value(name, root, event) }
                }
            }
        }
    }

    private static func read(_ event: [UInt8]) throws -> JSONElement {
        do throws(JSONFault) {
            return try JSONDocument.parse(event).root
        } catch {
            throw PluginError(.rejected, "exchange-table.event", "the event is no JSON: \(error.reason)")
        }
    }

    private static func value(_ name: String, _ root: JSONElement, _ event: [UInt8]) -> String? {
        switch name {
        case "event": String(decoding: event, as: UTF8.self)
        case "event.data": root["data"].map { String(decoding: $0.minified(), as: UTF8.self) }
        default: root[String(name.dropFirst("event.".count))]?.string
        }
    }
}
