import ExchangeTableTransport
import SluiceSDK
import SluiceTesting
import TableKit
import Testing

@Suite struct StateTests {
    private func next(_ transport: ExchangeTableTransport) async throws -> InboundMessage {
        try #require(try await transport.next())
    }

    @Test(arguments: FrontTable.Store.allCases)
    func whatBecameOfEachRowStandsInIt(store: FrontTable.Store) async throws {
        let table = try await FrontTable(store)
        try await table.run("INSERT INTO request (id, body) VALUES (1, 'a'), (2, 'b'), (3, 'c')")
        let transport = try table.transport(FrontTable.byState)
        try await transport.connect()
        let message = try await next(transport)
        #expect(
            lines(message) == [
                #"{"id":1,"body":"a","claim":null}"#, #"{"id":2,"body":"b","claim":null}"#,
                #"{"id":3,"body":"c","claim":null}"#,
            ])
        #expect(message.message.origin == "request 1–3")
        // Nothing is told before the journal has it.
        #expect(try await table.texts("SELECT DISTINCT state FROM request") == ["0"])
        try await message.acknowledge(outcome(3, rejected: [1: "no phone"]))
        #expect(try await table.texts("SELECT state FROM request ORDER BY id") == ["1", "9", "1"])
        #expect(try await table.texts("SELECT ticket FROM request ORDER BY id") == ["t0", "", "t2"])
        #expect(try await table.texts("SELECT error FROM request WHERE id = 2").first?.contains("no phone") == true)
        #expect(try await table.texts("SELECT taken_at FROM request WHERE id = 1").first?.hasSuffix("+08:00") == true)
        await transport.close()
    }

    @Test(arguments: FrontTable.Store.allCases)
    func anUndecodableMessageFailsEveryRowOfIt(store: FrontTable.Store) async throws {
        let table = try await FrontTable(store)
        try await table.run("INSERT INTO request (id, body) VALUES (1, 'a'), (2, 'b')")
        let transport = try table.transport(FrontTable.byState)
        try await transport.connect()
        let message = try await next(transport)
        var result = MessageOutcome()
        result.rejected = 1
        result.rejects = [RecordFault(.decode, "crash", "it ended the process twice")]
        try await message.acknowledge(result)
        #expect(try await table.texts("SELECT state FROM request") == ["9", "9"])
        await transport.close()
    }

    /// Beside the transport that fetches, by another one.
    @Test(arguments: FrontTable.Store.allCases)
    func aRowThatFailedIsToldWhatBecameOfItLater(store: FrontTable.Store) async throws {
        let table = try await FrontTable(store)
        try await table.run("INSERT INTO request (id, body) VALUES (1, 'a'), (2, 'b'), (3, 'c'), (4, 'd')")
        let transport = try table.transport(FrontTable.byState)
        try await transport.connect()
        let message = try await next(transport)
        var crash = MessageOutcome()
        crash.rejected = 1
        crash.rejects = [RecordFault(.decode, "crash", "it ended the process twice")]
        try await message.acknowledge(crash)
        try await table.run("UPDATE request SET state = 5 WHERE id = 4")

        let other = try table.transport(FrontTable.byState)
        try await other.connect()
        #expect(try await other.correct(message.message, outcome(4, rejected: [1: "no phone"])))
        #expect(try await table.texts("SELECT state FROM request ORDER BY id") == ["1", "9", "1", "5"])
        #expect(try await table.texts("SELECT ticket FROM request ORDER BY id").prefix(3) == ["t0", "", "t2"])
        #expect(try await table.texts("SELECT coalesce(error, '-') FROM request WHERE id IN (1, 3)") == ["-", "-"])
        #expect(try await table.texts("SELECT error FROM request WHERE id = 2").first?.contains("no phone") == true)

        // One record, as a person laid it out anew.
        let mended = RawMessage(bytes: Array("{\n  \"id\": 2,\n  \"body\": \"B\"\n}\n".utf8))
        #expect(try await other.correct(mended, outcome(1)))
        #expect(try await table.texts("SELECT state FROM request ORDER BY id") == ["1", "1", "1", "5"])
        #expect(try await table.texts("SELECT ticket FROM request WHERE id = 2") == ["t0"])
        for gone in [#"{"id":4}"#, #"{"id":77}"#, #"{"body":"B"}"#, "no record"] {
            let error = await #expect(throws: PluginError.self) {
                _ = try await other.correct(RawMessage(bytes: Array(gone.utf8)), outcome(1))
            }
            #expect(error?.code == "exchange-table.row-gone")
        }
        #expect(try await table.texts("SELECT state FROM request ORDER BY id") == ["1", "1", "1", "5"])
        await other.close()
        await transport.close()
    }

    @Test func behindACursorNothingIsTold() async throws {
        let table = try await FrontTable(.sqlite)
        let transport = try table.transport(FrontTable.byCursor)
        try await transport.connect()
        #expect(try await !transport.correct(RawMessage(bytes: Array(#"{"id":1}"#.utf8)), outcome(1)))
        await transport.close()
    }

    /// The claim of a process that is gone ends with its connection, and meanwhile others pass its rows by.
    @Test func readersShareTheRowsAndADeadOnesComeAgain() async throws {
        let table = try await FrontTable(.postgres)
        for id in 1...4 { try await table.run("INSERT INTO request (id, body) VALUES (\(id), 'x')") }
        let one = try table.transport(FrontTable.byState, batch: 2)
        let two = try table.transport(FrontTable.byState, batch: 2)
        try await one.connect()
        try await two.connect()
        let first = try await next(one)
        let second = try await next(two)
        #expect(first.message.origin == "request 1–2")
        #expect(second.message.origin == "request 3–4")
        try await second.acknowledge(outcome(2))
        await one.close()
        let again = try await next(two)
        #expect(again.message.origin == "request 1–2")
        try await again.acknowledge(outcome(2))
        #expect(try await table.texts("SELECT DISTINCT state FROM request") == ["1"])
        await two.close()
    }

    @Test func aClaimColumnSharesTheRowsOfAFileAndRunsOut() async throws {
        let table = try await FrontTable(.sqlite)
        for id in 1...4 { try await table.run("INSERT INTO request (id, body) VALUES (\(id), 'x')") }
        let claiming = FrontTable.byState + [("claim_column", "claim")]
        let one = try table.transport(claiming, batch: 2)
        let two = try table.transport(claiming, batch: 2)
        try await one.connect()
        try await two.connect()
        _ = try await next(one)
        let second = try await next(two)
        #expect(second.message.origin == "request 3–4")
        try await second.acknowledge(outcome(2))
        await one.close()
        // Its time is over: 1970 is long ago.
        try await table.run(
            "UPDATE request SET claim = '1000 ' || substr(claim, instr(claim, ' ') + 1) WHERE state = 0")
        #expect(try await next(two).message.origin == "request 1–2")
        await two.close()
    }

    @Test(arguments: FrontTable.Store.allCases)
    func columnsThatChangeStopTheChannel(store: FrontTable.Store) async throws {
        for change in ["ALTER TABLE request ADD COLUMN extra text", "ALTER TABLE request RENAME COLUMN body TO words"] {
            let table = try await FrontTable(store)
            let transport = try table.transport(FrontTable.byState)
            try await transport.connect()
            try await table.run("INSERT INTO request (id, body) VALUES (1, 'a')")
            try await next(transport).acknowledge(outcome(1))
            try await table.run(change)
            let error = await #expect(throws: PluginError.self) { _ = try await transport.next() }
            #expect(error?.remedy == .misconfigured && error?.code == "exchange-table.columns-changed")
            #expect(error?.reason.contains("gained") == true, "\(error?.reason ?? "")")
            await transport.close()
        }
    }

    @Test(arguments: FrontTable.Store.allCases)
    func aRowThatTheUpstreamTakesBackMeanwhileIsLeftAlone(store: FrontTable.Store) async throws {
        guard store == .sqlite else { return }
        let table = try await FrontTable(store)
        try await table.run("INSERT INTO request (id, body) VALUES (1, 'a')")
        let transport = try table.transport(FrontTable.byState)
        try await transport.connect()
        let message = try await next(transport)
        try await table.run("UPDATE request SET state = 5")
        try await message.acknowledge(outcome(1))
        #expect(try await table.texts("SELECT state FROM request") == ["5"])
        await transport.close()
    }

    @Test func missingPrivilegesAreNamed() async throws {
        let table = try await FrontTable(.postgres)
        try await table.run("CREATE ROLE gate LOGIN PASSWORD 'g'", "GRANT SELECT ON request TO gate")
        try await table.run("INSERT INTO request (id, body) VALUES (1, 'a')")
        let url = try #require(table.server).url(user: "gate", password: nil)
        let config = table.config(FrontTable.byState + [("url", .text(url)), ("password", "g")])
        func transport() throws -> ExchangeTableTransport {
            let entries = (config.value.entries ?? []).reversed().reduce(into: [ConfigEntry]()) { kept, entry in
                if !kept.contains(where: { $0.key == entry.key }) { kept.append(entry) }
            }
            return try ExchangeTableTransport(
                Config(ConfigValue(.map(entries))), context: ChannelContext(channelID: "table"))
        }
        let denied = try transport()
        try await denied.connect()
        let error = await #expect(throws: PluginError.self) { _ = try await denied.next() }
        #expect(error?.code == "exchange-table.denied" && error?.remedy == .misconfigured)
        await denied.close()
        // The least that is needed, as the README says.
        try await table.run("GRANT UPDATE (state, ticket, error, taken_at) ON request TO gate")
        let allowed = try transport()
        try await allowed.connect()
        try await next(allowed).acknowledge(outcome(1))
        #expect(try await table.texts("SELECT state FROM request") == ["1"])
        await allowed.close()
    }

    @Test func valuesBecomeJSONAsTheReadmeSays() async throws {
        let table = try await FrontTable(.postgres)
        try await table.run(
            """
            CREATE TABLE kinds (id int PRIMARY KEY, state int, b boolean, n numeric(20,4), f float8, i int8,
                t timestamp, z timestamptz, d date, y bytea, j json, a text[], u uuid, nothing text)
            """,
            """
            INSERT INTO kinds VALUES (1, 0, true, 12345678901234.5000, 0.5, 9007199254740993,
                '2026-01-05 09:30:00.25', '2026-01-05 09:30:00.25+08', '2026-01-05', '\\x00ff', E'{"a":\\n[1]}',
                '{a,"b c"}', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', NULL)
            """)
        var entries = FrontTable.byState.filter { !["table", "write_back"].contains($0.0) }
        entries.append(("table", "public.kinds"))
        let transport = try table.transport(entries)
        try await transport.connect()
        let text = lines(try await next(transport)).first ?? ""
        for part in [
            #""b":true"#, #""n":"12345678901234.5000""#, #""f":0.5"#, #""i":9007199254740993"#,
            #""t":"2026-01-05 09:30:00""#, #""z":"2026-01-05T01:30:00.25Z""#, #""d":"2026-01-05""#, #""y":"AP8=""#,
            #""j":{"a": [1]}"#, #""a":"{a,\"b c\"}""#, #""nothing":null"#,
        ] { #expect(text.contains(part), "\(part) in \(text)") }
        await transport.close()
    }

    @Test func aFilesValuesBecomeJSONToo() async throws {
        let table = try await FrontTable(.sqlite)
        try await table.run(
            "CREATE TABLE kinds (id INTEGER PRIMARY KEY, state INTEGER, r REAL, x BLOB, t TEXT, n)",
            "INSERT INTO kinds VALUES (1, 0, 0.25, x'00ff', '中\"文', NULL)")
        var entries = FrontTable.byState.filter { !["table", "write_back"].contains($0.0) }
        entries.append(("table", "kinds"))
        let transport = try table.transport(entries)
        try await transport.connect()
        #expect(lines(try await next(transport)) == [#"{"id":1,"r":0.25,"x":"AP8=","t":"中\"文","n":null}"#])
        await transport.close()
    }

    @Test(arguments: FrontTable.Store.allCases)
    func aRowOverTheLimitIsRefusedAndMarkedAndTheNextComes(store: FrontTable.Store) async throws {
        let table = try await FrontTable(store)
        let long = String(repeating: "x", count: 3000)
        try await table.run("INSERT INTO request (id, body) VALUES (1, '\(long)'), (2, 'b')")
        var limits = ChannelLimits()
        limits.message = 2000
        let transport = try table.transport(FrontTable.byState, limits: limits)
        try await transport.connect()
        let large = try await next(transport)
        #expect(large.refusal?.code == "exchange-table.row-size")
        #expect(String(decoding: large.message.bytes, as: UTF8.self) == #"{"id":1}"#)
        var result = MessageOutcome()
        result.rejected = 1
        result.rejects = [try #require(large.refusal)]
        try await large.acknowledge(result)
        #expect(try await next(transport).message.origin == "request 2")
        #expect(try await table.texts("SELECT state FROM request WHERE id = 1") == ["9"])
        await transport.close()
    }
}
