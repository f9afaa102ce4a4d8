import ExchangeTableSender
import SluiceSDK
import SluiceTesting
import TableKit
import Testing

@Suite struct ExchangeTableSenderTests {
    enum Store: CaseIterable, Sendable {
        case postgres, sqlite
    }

    /// A database with a table of requests and one of replies.
    private struct Front {
        let folder = TemporaryFolder()
        var server: PostgresServer?
        var place: [ConfigEntry] = []

        init(_ store: Store) async throws {
            if store == .postgres {
                let server = try await PostgresServer()
                self.server = server
                place = [
                    .init(key: "url", value: ConfigValue(server.url(password: nil))),
                    .init(key: "password", value: ConfigValue(PostgresServer.password)),
                ]
            } else {
                try writeFile([], folder("front.db"))
                place = [.init(key: "url", value: ConfigValue("sqlite:" + folder("front.db")))]
            }
            try await run("CREATE TABLE request (id text PRIMARY KEY, result text, replied text, state integer)")
            try await run("CREATE TABLE reply (reply_id text PRIMARY KEY, request text UNIQUE, body text)")
            try await run("INSERT INTO request (id, state) VALUES ('A-1', 1), ('A-2', 1)")
        }

        func console() async throws -> TableConnection {
            try await TableConnection.open(TableAddress(Config(ConfigValue(.map(place)))))
        }

        func run(_ sql: String) async throws {
            let console = try await console()
            _ = try await console.run { try $0.execute(sql, []) }
            await console.close()
        }

        func texts(_ sql: String) async throws -> [String] {
            let console = try await console()
            let found = try await console.run { try $0.texts(sql) }
            await console.close()
            return found
        }

        func config(_ literal: ConfigLiteral) -> Config {
            Config(ConfigValue(.map(place + (literal.value.entries ?? []))))
        }

        func replies(_ literal: ConfigLiteral) throws -> ExchangeTableReplySender {
            try ExchangeTableReplySender(config(literal), context: ChannelContext(channelID: "table"))
        }
    }

    private static func reply(_ externalID: String = "A-1", id: String = "r1", text: String = "已修复'; --") -> Reply {
        Reply(
            id: id, ticketID: "t1", channelID: "table", externalID: externalID, event: "replied", status: "replied",
            publicText: text, repliedAt: "2026-01-05T09:30:00+08:00")
    }

    private static let back: ConfigLiteral = [
        "table": "request", "where": ["id": "{external_id}"],
        "set": ["result": "{reply.public_text}", "replied": "{reply.replied_at|yyyy-MM-dd HH:mm}", "state": "3"],
    ]
    private static let rows: ConfigLiteral = [
        "table": "reply", "unique": "reply_id",
        "insert": ["reply_id": "{reply.id}", "request": "{external_id}", "body": "{reply.public_text}"],
    ]

    @Test(arguments: Store.allCases)
    func aReplyIsWrittenBackIntoItsRow(store: Store) async throws {
        let front = try await Front(store)
        let sender = try front.replies(Self.back)
        for _ in 0..<2 { _ = try await sender.send(Self.reply()) }
        #expect(
            try await front.texts("SELECT result || '|' || replied || '|' || state FROM request WHERE id = 'A-1'")
                == ["已修复'; --|2026-01-05 09:30|3"])
        #expect(try await front.texts("SELECT state FROM request WHERE id = 'A-2'") == ["1"])
    }

    /// For samples: no table is touched.
    @Test func aDraftSaysWhatWouldBeWrittenWhere() async throws {
        let front = try await Front(.sqlite)
        let back = try #require(try front.replies(Self.back).draft(Self.reply()))
        #expect(back.target == "request")
        #expect(
            String(decoding: back.body, as: UTF8.self)
                == #"{"set":{"result":"已修复'; --","replied":"2026-01-05 09:30","state":"3"},"where":{"id":"A-1"}}"#)
        let row = try #require(try front.replies(Self.rows).draft(Self.reply()))
        #expect(
            String(decoding: row.body, as: UTF8.self)
                == #"{"insert":{"reply_id":"r1","request":"A-1","body":"已修复'; --"}}"#)
        #expect(try await front.texts("SELECT count(*) FROM reply") == ["0"])
        #expect(try await front.texts("SELECT count(*) FROM request WHERE result IS NOT NULL") == ["0"])
    }

    @Test(arguments: Store.allCases)
    func aRowThatIsNotThereOrNotTheOnlyOneIsRefused(store: Store) async throws {
        let front = try await Front(store)
        let missing = await #expect(throws: PluginError.self) {
            _ = try await front.replies(Self.back).send(Self.reply("B-9"))
        }
        #expect(missing?.remedy == .rejected && missing?.code == "exchange-table.row")
        let many: ConfigLiteral = [
            "table": "request", "where": ["state": "1", "state2": "{external_id}"], "set": ["result": "x"],
        ]
        let shape = await #expect(throws: PluginError.self) { _ = try await front.replies(many).send(Self.reply()) }
        #expect(shape?.remedy == .misconfigured)
        try await front.run("ALTER TABLE request ADD COLUMN kind text")
        try await front.run("UPDATE request SET kind = 'A-1'")
        let two: ConfigLiteral = ["table": "request", "where": ["kind": "{external_id}"], "set": ["result": "x"]]
        let both = await #expect(throws: PluginError.self) { _ = try await front.replies(two).send(Self.reply()) }
        #expect(both?.code == "exchange-table.row")
        #expect(try await front.texts("SELECT count(*) FROM request WHERE result IS NOT NULL") == ["0"])
    }

    @Test(arguments: Store.allCases)
    func aRepeatedReplyIsOneRowAndAnotherConstraintIsHeard(store: Store) async throws {
        let front = try await Front(store)
        let sender = try front.replies(Self.rows)
        #expect(try await sender.send(Self.reply()).excerpt == "a new row of reply")
        #expect(try await sender.send(Self.reply()).excerpt == "the row stands there already")
        #expect(try await front.texts("SELECT body FROM reply") == ["已修复'; --"])
        let error = await #expect(throws: PluginError.self) { _ = try await sender.send(Self.reply(id: "r2")) }
        #expect(error?.remedy == .rejected && error?.code == "exchange-table.constraint")
    }

    @Test(arguments: Store.allCases)
    func withoutAUniqueIndexNothingIsSent(store: Store) async throws {
        let front = try await Front(store)
        try await front.run("CREATE TABLE loose (reply_id text)")
        let config: ConfigLiteral = ["table": "loose", "unique": "reply_id", "insert": ["reply_id": "{reply.id}"]]
        let error = await #expect(throws: PluginError.self) { _ = try await front.replies(config).send(Self.reply()) }
        #expect(error?.remedy == .misconfigured)
        #expect(try await front.texts("SELECT count(*) FROM loose") == ["0"])
    }

    @Test func aServerThatGoesAndComesIsWaitedFor() async throws {
        let front = try await Front(.postgres)
        let sender = try front.replies(Self.back)
        _ = try await sender.send(Self.reply())
        front.server?.stop()
        for _ in 0..<2 {
            let error = await #expect(throws: PluginError.self) { _ = try await sender.send(Self.reply("A-2")) }
            #expect(error?.remedy == .notConnected)
        }
        try await front.server?.start()
        _ = try await sender.send(Self.reply("A-2"))
        #expect(try await front.texts("SELECT state FROM request WHERE id = 'A-2'") == ["3"])
    }

    @Test(arguments: Store.allCases)
    func aBatchOfEventsIsWrittenOnceAndWhole(store: Store) async throws {
        let front = try await Front(store)
        try await front.run("CREATE TABLE event (id text PRIMARY KEY, kind text, subject text, body text NOT NULL)")
        let sender = try ExchangeTableDeliverySender(
            front.config([
                "table": "event", "unique": "id",
                "insert": [
                    "id": "{event.id}", "kind": "{event.type}", "subject": "{event.subject}", "body": "{event.data}",
                ],
            ]), handlerID: "a")
        let events = (1...3).map {
            Array(#"{"id":"e\#($0)","type":"ticket.opened","subject":"t\#($0)","data":{"n":\#($0)}}"#.utf8)
        }
        let batch = DeliveryBatch(id: "b", events: events, now: 0, isBatched: true)
        try await sender.deliver(batch)
        try await sender.deliver(batch)
        #expect(
            try await front.texts("SELECT id || kind || subject || body FROM event ORDER BY id")
                == (1...3).map { #"e\#($0)ticket.openedt\#($0){"n":\#($0)}"# })
        let broken = DeliveryBatch(id: "c", events: [events[0], Array("no json".utf8)], now: 0, isBatched: true)
        await #expect(throws: PluginError.self) { try await sender.deliver(broken) }
        #expect(try await front.texts("SELECT count(*) FROM event") == ["3"])
    }

    @Test func mistakesAreFoundWhenTheConfigurationIsLoaded() async throws {
        let front = try await Front(.sqlite)
        for (config, rule): (ConfigLiteral, String) in [
            (["table": "reply"], "table.mode"),
            (["table": "reply", "insert": ["a": "{reply.id}"], "unique": "b"], "table.unique"),
            (["table": "reply", "insert": ["a": "{external_id}"], "unique": "a"], "table.unique"),
            (["table": "reply", "set": ["a": "x"], "where": ["b": "fixed"]], "table.where"),
            (["table": "reply", "set": ["a": "{nothing}"], "where": ["b": "{external_id}"]], "template.unknown-name"),
        ] {
            let issue = #expect(throws: ConfigIssue.self) { try front.replies(config) }
            #expect(issue?.rule == rule)
        }
    }
}
