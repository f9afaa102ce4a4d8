public import SluiceSDK

/// Writes each event, or each batch of them, as a file into a folder that the handler empties.
public struct DirectoryDeliverySender: DeliverySender {
    public static let spec = PluginSpec(
        "directory", "Writes events as files of JSON (CloudEvents 1.0) into a folder.", ConfigSpec(FileDrop.fields))

    private let drop: FileDrop

    /// - Throws: `ConfigIssue`.
    public init(_ config: Config, handlerID: String) throws {
        drop = try FileDrop(config, label: handlerID)
    }

    /// The same batch makes the same file, which then takes its own place, or comes again when it was taken.
    public func deliver(_ batch: DeliveryBatch) async throws {
        try await drop.put(Self.content(batch), named: Self.name(of: batch), replaces: true)
    }

    private static func content(_ batch: DeliveryBatch) -> [UInt8] {
        guard batch.isBatched else { return batch.events.first ?? [] }
        return [UInt8(ascii: "[")] + batch.events.joined(separator: [UInt8(ascii: ",")]) + [UInt8(ascii: "]")]
    }

    /// `20260105T013000123Z-<id>.json`: by name, files stand in the order of their first events. The time is that of the
    /// event, not of the attempt.
    private static func name(of batch: DeliveryBatch) -> String {
        let id = FileName.escaped(batch.id) + ".json"
        guard let first = batch.events.first, let document = try? JSONDocument.parse(first),
            let time = document.root["time"]?.string.flatMap({ Timestamp(rfc3339: $0) })
        else { return id }
        let civil = CivilTime(time, in: .utc)
        let digits = (civil.date + "T" + civil.time).filter { $0 != "-" && $0 != ":" }
        return digits + "00\(civil.millisecond)".suffix(3) + "Z-" + id
    }
}
