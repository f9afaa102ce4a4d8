import ExchangeTableTransport
import SluiceSDK
import SluiceTesting
import TableKit
import Testing

@Suite struct CursorTests {
    private func next(_ transport: ExchangeTableTransport) async throws -> InboundMessage {
        try #require(try await transport.next())
    }

    /// The trap: 2 is drawn before 3 and committed after it, when the cursor stands at 3 already.
    @Test func aRowThatIsCommittedLateIsNotPassedOver() async throws {
        let table = try await FrontTable(.postgres)
        try await table.run("INSERT INTO request (id, body) VALUES (1, 'a')")
        let late = try await table.console()
        try await late.run { session in
            try session.begin(.writing)
            try session.execute("INSERT INTO request (id, body) VALUES (2, 'late')", [])
            session.keepsTransaction = true
        }
        try await table.run("INSERT INTO request (id, body) VALUES (3, 'c')")
        let transport = try table.transport(FrontTable.byCursor)
        try await transport.connect()
        let first = try await next(transport)
        #expect(lines(first) == [#"{"id":1,"body":"a"}"#, #"{"id":3,"body":"c"}"#])
        try await first.acknowledge(outcome(2))
        // And one more behind it, so that the cursor goes on meanwhile.
        try await table.run("INSERT INTO request (id, body) VALUES (4, 'd')")
        let second = try await next(transport)
        #expect(lines(second) == [#"{"id":4,"body":"d"}"#])
        try await second.acknowledge(outcome(1))
        try await late.run { try $0.commit() }
        let third = try await next(transport)
        #expect(lines(third) == [#"{"id":2,"body":"late"}"#])
        try await third.acknowledge(outcome(1))
        await transport.close()
        await late.close()
    }

    /// A restart goes back to where nothing could have appeared behind the cursor.
    @Test func aRestartWhileATransactionIsOpenGoesBackFarEnough() async throws {
        let table = try await FrontTable(.postgres)
        try await table.run("INSERT INTO request (id, body) VALUES (1, 'a')")
        let late = try await table.console()
        try await late.run { session in
            try session.begin(.writing)
            try session.execute("INSERT INTO request (id, body) VALUES (2, 'late')", [])
            session.keepsTransaction = true
        }
        try await table.run("INSERT INTO request (id, body) VALUES (3, 'c')")
        let transport = try table.transport(FrontTable.byCursor)
        try await transport.connect()
        let first = try await next(transport)
        try await first.acknowledge(outcome(2))
        await transport.close()
        try await late.run { try $0.commit() }
        await late.close()
        let restarted = try table.transport(FrontTable.byCursor, checkpoint: first.checkpoint)
        try await restarted.connect()
        var seen: Set<String> = []
        while !seen.contains(#"{"id":2,"body":"late"}"#) {
            let message = try await next(restarted)
            seen.formUnion(lines(message))
            try await message.acknowledge(outcome(lines(message).count))
        }
        await restarted.close()
    }

    @Test(arguments: FrontTable.Store.allCases)
    func rowsOfOneTimeAreToldApartByTheirKey(store: FrontTable.Store) async throws {
        let table = try await FrontTable(store)
        try await table.run("CREATE TABLE seen (id integer, at text)")
        for id in 1...7 { try await table.run("INSERT INTO seen VALUES (\(id), '2026-01-0\(id < 3 ? 1 : 2)')") }
        let entries: [(String, ConfigLiteral)] = [
            ("query", "SELECT * FROM seen;"), ("since", ["column": "at", "key": "id"]),
        ]
        let transport = try table.transport(entries, batch: 3)
        try await transport.connect()
        var origins: [String] = []
        while origins.count < 3 {
            let message = try await next(transport)
            origins.append(message.message.origin)
            try await message.acknowledge(outcome(lines(message).count))
        }
        #expect(
            origins == [
                "since at 2026-01-01/1–2026-01-02/3", "since at 2026-01-02/4–2026-01-02/6", "since at 2026-01-02/7",
            ])
        await transport.close()
    }

    @Test(arguments: FrontTable.Store.allCases)
    func theQueryMayChangeNothing(store: FrontTable.Store) async throws {
        let table = try await FrontTable(store)
        #expect(throws: ConfigIssue.self) {
            try table.transport([("query", "DELETE FROM request"), ("since", ["column": "id"])])
        }
        #expect(throws: ConfigIssue.self) {
            try table.transport([("query", "SELECT 1; DROP TABLE request"), ("since", ["column": "id"])])
        }
        guard store == .postgres else { return }
        try await table.run(
            "CREATE FUNCTION bad() RETURNS SETOF request LANGUAGE sql AS 'DELETE FROM request RETURNING *'",
            "INSERT INTO request (id, body) VALUES (1, 'a')")
        let transport = try table.transport([("query", "SELECT * FROM bad()"), ("since", ["column": "id"])])
        try await transport.connect()
        await #expect(throws: PluginError.self) { _ = try await transport.next() }
        #expect(try await table.texts("SELECT count(*) FROM request") == ["1"])
        await transport.close()
    }

    @Test func aForeignCheckpointIsSaidWhenTheChannelStarts() async throws {
        let table = try await FrontTable(.sqlite)
        let transport = try table.transport(FrontTable.byCursor, checkpoint: #"{"page":7}"#)
        let error = await #expect(throws: PluginError.self) { try await transport.connect() }
        #expect(error?.code == "exchange-table.checkpoint")
    }

    @Test(arguments: FrontTable.Store.allCases)
    func columnsThatChangeStopTheChannel(store: FrontTable.Store) async throws {
        let table = try await FrontTable(store)
        try await table.run("INSERT INTO request (id, body) VALUES (1, 'a')")
        let transport = try table.transport(FrontTable.byCursor)
        try await transport.connect()
        try await next(transport).acknowledge(outcome(1))
        try await table.run("ALTER TABLE request RENAME COLUMN body TO words")
        let error = await #expect(throws: PluginError.self) { _ = try await transport.next() }
        #expect(error?.code == "exchange-table.columns-changed", "\(String(describing: error))")
        await transport.close()
    }

    @Test func mistakesAreFoundWhenTheConfigurationIsLoaded() async throws {
        let table = try await FrontTable(.sqlite)
        let state = FrontTable.byState
        for (entries, rule): ([(String, ConfigLiteral)], String) in [
            ([], "table.mode"), (state + [("since", ["column": "id"])], "table.mode"),
            (FrontTable.byCursor + [("table", "request")], "table.mode"),
            (state.filter { $0.0 != "key" } + [("key", ["a", "a"])], "table.name"),
            (state.filter { $0.0 != "table" } + [("table", "a.b.c")], "table.name"),
        ] {
            let issue = #expect(throws: ConfigIssue.self) { try table.transport(entries) }
            #expect(issue?.rule == rule)
        }
        for url in ["http://a", "postgres://u:secret@h/d", "postgres://h/d", "sqlite:"] {
            let issue = #expect(throws: ConfigIssue.self) {
                let config: ConfigLiteral = ["url": .text(url)]
                _ = try TableAddress(Config(config, spec: ConfigSpec(TableAddress.fields)))
            }
            #expect(issue.map { !"\($0)".contains("secret") } == true)
        }
    }
}
