internal import ExecKit
public import SluiceSDK

/// Hands events for a handler to a program.
public struct ExecDeliverySender: DeliverySender {
    public static let spec = PluginSpec(
        "exec", "Hands each event, or each batch of them, to a program: one JSON line in, one JSON answer out.",
        ConfigSpec(ProgramCall.fields))

    private let call: ProgramCall

    /// - Throws: `ConfigIssue`.
    public init(_ config: Config, handlerID: String) throws {
        call = try ProgramCall(config, label: handlerID)
    }

    public func deliver(_ batch: DeliveryBatch) async throws {
        _ = try ProgramAnswer(try await call.ask(Self.line(batch)))
    }

    /// `{"batch": "<id>", "events": [CloudEvents]}`; the id is the same in every attempt.
    static func line(_ batch: DeliveryBatch) -> [UInt8] {
        var writer = JSONWriter(reserving: batch.events.reduce(128) { $0 + $1.count })
        writer.beginObject()
        writer.field("batch", batch.id)
        writer.key("events")
        writer.beginArray()
        for event in batch.events { writer.raw(event) }
        writer.endArray()
        writer.endObject()
        return writer.bytes
    }
}
