import ExchangeTableTransport
import SluiceSDK
import SluiceTesting
import Synchronization
import TableKit

/// A table in a real database, and what an upstream and a person at its console do with it.
final class FrontTable: Sendable {
    enum Store: String, CaseIterable, Sendable {
        case postgres, sqlite
    }

    let store: Store
    let folder = TemporaryFolder()
    let server: PostgresServer?

    init(_ store: Store) async throws {
        self.store = store
        server = store == .postgres ? try await PostgresServer() : nil
        if server == nil { try writeFile([], file) }
        try await run(
            """
            CREATE TABLE request (id integer PRIMARY KEY, state integer NOT NULL DEFAULT 0, body text,
                ticket text, error text, taken_at text, claim text)
            """)
    }

    var file: String { folder("front.db") }

    /// The keys that say where it is.
    var place: [(String, ConfigLiteral)] {
        guard let server else { return [("url", .text("sqlite:" + file))] }
        return [
            ("url", .text(server.url(password: nil))), ("password", .text(PostgresServer.password)),
        ]
    }

    func config(_ entries: [(String, ConfigLiteral)]) -> Config {
        let all = place + [("every", "10ms")] + entries
        let value = ConfigValue(.map(all.map { ConfigEntry(key: $0.0, value: $0.1.value) }))
        return Config(ConfigLiteral(value), spec: ExchangeTableTransport.spec.config, baseFolder: folder.path)
    }

    /// A console of its own.
    func console() async throws -> TableConnection {
        let value = ConfigValue(.map(place.map { ConfigEntry(key: $0.0, value: $0.1.value) }))
        return try await TableConnection.open(
            TableAddress(Config(ConfigLiteral(value), spec: ConfigSpec(TableAddress.fields))))
    }

    func run(_ statements: String...) async throws {
        let console = try await console()
        for statement in statements { _ = try await console.run { try $0.execute(statement, []) } }
        await console.close()
    }

    func texts(_ sql: String) async throws -> [String] {
        let console = try await console()
        let found = try await console.run { try $0.texts(sql) }
        await console.close()
        return found
    }

    static let byState: [(String, ConfigLiteral)] = [
        ("table", "request"), ("key", "id"), ("state_column", "state"),
        (
            "take",
            [
                "from": ConfigLiteral(ConfigValue("0")), "to": ConfigLiteral(ConfigValue("1")),
                "failed": ConfigLiteral(ConfigValue("9")),
            ]
        ),
        ("write_back", ["ticket_id": "ticket", "error": "error", "time": "taken_at"]),
    ]
    static let byCursor: [(String, ConfigLiteral)] = [
        ("query", "SELECT id, body FROM request"), ("since", ["column": "id"]),
    ]

    func transport(
        _ entries: [(String, ConfigLiteral)], batch: Int = 200, checkpoint: String? = nil,
        limits: ChannelLimits = ChannelLimits()
    ) throws -> ExchangeTableTransport {
        try ExchangeTableTransport(
            config(entries + [("batch", ConfigLiteral(integerLiteral: batch))]),
            context: ChannelContext(channelID: "table", limits: limits, checkpoint: checkpoint))
    }
}

/// A settled message of `count` records, none rejected.
func outcome(_ count: Int, rejected: [Int: String] = [:]) -> MessageOutcome {
    var outcome = MessageOutcome()
    for index in 0..<count {
        if let reason = rejected[index] {
            outcome.rejected += 1
            outcome.rejectedRecords.append(index)
            outcome.rejects.append(RecordFault(.map, "map.required", reason, record: index))
        } else {
            outcome.new += 1
            outcome.ticketIDs.append("t\(index)")
        }
    }
    return outcome
}

func lines(_ message: InboundMessage) -> [String] {
    String(decoding: message.message.bytes, as: UTF8.self).split(separator: "\n").map(String.init)
}
