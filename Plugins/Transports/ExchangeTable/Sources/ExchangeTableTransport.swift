public import SluiceSDK
internal import Synchronization
internal import TableKit

/// Takes rows from a table of a front-end database (前置库), a few hundred rows a message.
public final class ExchangeTableTransport: Transport, CorrectingTransport {
    public static let spec = PluginSpec(
        "exchange-table", "Takes rows from a table that an upstream writes, in PostgreSQL or SQLite.",
        ConfigSpec(TableAddress.fields + StateRule.fields + CursorRule.fields + shared))

    private static let shared: [ConfigField] = [
        ConfigField("every", .duration, default: "10s", example: "5s", "How often the table is looked at."),
        ConfigField(
            "batch", .integer(1...5_000), default: "200", example: "500",
            "Most rows in one message; also bounded by `limits.message`."),
    ]

    private let address: TableAddress
    private let reader: any TableReader
    private let every: Duration
    private let connection = Mutex<TableConnection?>(nil)

    /// - Throws: `ConfigIssue`.
    public convenience init(_ config: Config, context: ChannelContext) throws {
        try self.init(config, context: context, clock: { Timestamp.now() })
    }

    init(_ config: Config, context: ChannelContext, clock: @escaping @Sendable () -> Timestamp) throws {
        address = try TableAddress(config)
        every = try config.optionalDuration("every") ?? .seconds(10)
        let most = try config.optionalInteger("batch") ?? 200
        let limits = BatchLimits(rows: most, bytes: context.limits.message)
        if config.has("query") {
            let rule = try CursorRule(config)
            reader = try CursorReader(rule, limits, address, checkpoint: context.checkpoint)
        } else {
            let rule = try StateRule(config, address)
            reader = StateReader(rule, limits, address, zone: context.zone, clock: clock)
        }
    }

    public func connect() async throws {
        await close()
        let opened = try await TableConnection.open(address)
        do {
            try await reader.begin(opened)
        } catch {
            await opened.close()
            throw error
        }
        connection.withLock { $0 = opened }
    }

    public func next() async throws -> InboundMessage? {
        while true {
            try Task.checkCancellation()
            let connection = try open()
            if let taken = try await reader.take(connection) { return message(taken, connection) }
            try await Task.sleep(for: every)
        }
    }

    public func correct(_ message: RawMessage, _ outcome: MessageOutcome) async throws -> Bool {
        try await reader.correct(message.bytes, outcome, open())
    }

    private func open() throws -> TableConnection {
        guard let connection = connection.withLock({ $0 }) else {
            throw PluginError(.notConnected, "exchange-table.closed", "\(address): not connected")
        }
        return connection
    }

    public func close() async {
        let open = connection.withLock { connection in
            defer { connection = nil }
            return connection
        }
        await open?.close()
    }

    private func message(_ taken: TakenRows, _ connection: TableConnection) -> InboundMessage {
        let origin = taken.origin.map { "\(reader.origin) \($0)" } ?? reader.origin
        return InboundMessage(
            RawMessage(bytes: taken.bytes, contentType: "application/x-ndjson", origin: origin),
            checkpoint: taken.checkpoint, refusal: taken.refusal
        ) { [reader] outcome in
            try await reader.settle(taken, outcome, connection)
        }
    }
}
