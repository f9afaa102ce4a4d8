import SluiceConfig
import SluiceSDK
import Testing

/// `boundary:` of a zone file.
struct BoundaryFileTests {
    private func external(_ boundary: String) -> String { "jurisdiction: \"1\"\nboundary: \(boundary)\n" }

    @Test func aDatabaseIsReadWithItsDefaults() throws {
        let fixture = try ConfigFixture([
            "external.yaml": external(
                "{ type: postgres, url: \"postgres://localhost/sluice\", password: \"${env:P}\" }")
        ])
        let loaded = fixture.load(environment: ["P": "b6-secret"])
        let use = try #require(loaded.external?.boundary)
        let database = try #require(use.database)
        #expect(use.kind == .postgres)
        #expect((database.host, database.port, database.database) == ("localhost", 5432, "sluice"))
        #expect(database.role == nil && database.schema == "sluice" && database.tls == nil)
        #expect(database.password == "b6-secret")
        #expect("\(database)" == "localhost:5432/sluice")
    }

    @Test(arguments: [
        ("postgres://db.example:6543/b", "db.example", 6543), ("postgresql://[::1]:1/b", "::1", 1),
        ("postgres://%2Fvar%2Frun%2Fpostgresql:5433/b", "/var/run/postgresql", 5433),
    ])
    func hostAndPortAreTakenFromTheURL(url: String, host: String, port: Int) throws {
        let fixture = try ConfigFixture([
            "external.yaml": external(
                "{ type: postgres, url: \"\(url)\", tls: { ca: a/ca.pem, certificate: c, key: /k } }")
        ])
        let database = try #require(fixture.load().external?.boundary.database)
        #expect(database.host == host && database.port == port && database.database == "b")
        #expect(database.tls?.authority == fixture.folder + "/a/ca.pem")
        #expect(database.tls?.certificate == fixture.folder + "/c" && database.tls?.key == "/k")
    }

    @Test(arguments: [
        ("{ type: postgres, url: db.example }", "'url' is not postgres://host:port/database"),
        ("{ type: postgres, url: \"postgres://user:pass@localhost/b\" }", "'url' is not postgres://host:port/database"),
        ("{ type: postgres, url: \"postgres://localhost/b?sslmode=disable\" }", "'url' is not postgres"),
        ("{ type: postgres, url: \"postgres://localhost:99999/b\" }", "'url' is not postgres"),
        ("{ type: postgres, url: \"postgres://db.example/b\" }", "names another machine and there is no 'tls'"),
        ("{ type: postgres, url: \"postgres://localhost/b\", role: \"a;b\" }", "'role' is not a name"),
        ("{ type: postgres, url: \"postgres://localhost/b\", schema: 1a }", "'schema' is not a name"),
        ("{ type: postgres, url: \"postgres://a/b\", tls: { ca: c, key: k } }", "a certificate without its key"),
    ])
    func whatIsWrongWithADatabaseIsSaidAndNoPasswordWithIt(boundary: String, message: String) throws {
        let issues = try ConfigFixture(["external.yaml": external(boundary)]).issues()
            .filter { $0.contains("[zone.boundary]") }
        #expect(issues.count == 1 && issues[0].contains(message), "\(issues)")
        #expect(!issues[0].contains("pass@"))
    }

    @Test func theQuarantinesRecordHasASchemaOfItsOwn() throws {
        func relay(_ quarantine: String) throws -> ConfigFixture {
            try ConfigFixture([
                "relay.yaml": """
                boundary: { external: { type: postgres, url: "postgres://localhost/b" } }
                \(quarantine)

                """
            ])
        }
        #expect(try relay("").load().relay?.quarantine == nil)
        let use = try #require(try relay("quarantine: { url: \"postgres://localhost/b\" }").load().relay?.quarantine)
        #expect(use.schema == "sluice_quarantine" && use.role == nil && use.database == "b")
        let issues = try relay("quarantine: { url: \"postgres://localhost/b\", schema: sluice }").issues()
            .filter { $0.contains("[zone.boundary]") }
        #expect(issues.count == 1 && issues[0].contains("lies in the schema of the boundary's tables"), "\(issues)")
        #expect(try relay("quarantine: { url: \"postgres://far/b\" }").issues().contains { $0.contains("no 'tls'") })
    }

    @Test func aOneWayLinkKeepsAWeekAndRepeatsEveryHourUnlessToldOtherwise() throws {
        func link(_ text: String) throws -> OneWayUse? {
            try ConfigFixture(["external.yaml": external("{ type: segments, out: a, in: b\(text) }")]).load()
                .external?.boundary.oneWay
        }
        #expect(try link("") == nil)
        let usual = try #require(try link(", one_way: {}"))
        #expect(usual.history == .seconds(7 * 86_400) && usual.interval == .seconds(3600))
        let other = try #require(try link(", one_way: { history: 2d, repeat: 5m }"))
        #expect(other.history == .seconds(2 * 86_400) && other.interval == .seconds(300))
    }

    @Test func nothingComesBackOverABorderBehindAOneWayOne() throws {
        func issues(_ external: String) throws -> [String] {
            try ConfigFixture([
                "relay.yaml": """
                boundary:
                  external: { type: segments, out: a, in: b\(external) }
                  internal: { type: segments, out: c, in: d, one_way: {} }
                """
            ]).issues().filter { $0.contains("[zone.boundary]") }
        }
        #expect(try issues(", one_way: {}").isEmpty)
        #expect(try issues("").first?.contains("the one with external is not") == true)
    }

    @Test func furtherExternalProcessesAreListed() throws {
        let relay = """
            producers:
              external-2:
                boundary: { type: segments, out: a, in: b }
                channels: [web-forum, web-2]
            """
        let fixture = try ConfigFixture([
            "external.yaml": "jurisdiction: \"1\"\nproducer: external-2\n", "relay.yaml": relay,
            "internal.yaml": "producers: { external-2: keys/second.pub }\n",
            "handlers/rest.yaml": ConfigFixture.fallback,
        ])
        let loaded = fixture.load()
        #expect(loaded.issues.map(\.description) == [])
        #expect(loaded.external?.producer == "external-2")
        #expect(loaded.internalZone?.producers == ["external-2": "keys/second.pub"])
        let producer = try #require(loaded.relay?.producers.first)
        #expect(producer.name == "external-2" && producer.boundary.out == "a" && producer.key == nil)
        #expect(producer.channels == ["web-forum", "web-2"])
        try fixture.write(
            relay + "\n  third:\n    boundary: { type: segments }\n    channels: [web-2]\n", to: "relay.yaml")
        #expect(
            fixture.issues().contains { $0.contains("[zone.producer] 'web-2' is given to external-2 and to third") })
        for name in ["internal", "external", "Zwei", "2nd"] {
            try fixture.write(relay.replacing("external-2", with: name), to: "relay.yaml")
            #expect(fixture.issues().contains { $0.contains("[zone.producer] '\(name)' is not a name") }, "\(name)")
        }
    }

    @Test func eachWayHasItsOwnKeys() throws {
        let mixed = "{ type: segments, url: \"postgres://localhost/b\" }"
        #expect(
            try ConfigFixture(["external.yaml": external(mixed)]).issues().contains { $0.contains("unknown key 'url'") }
        )
        let missing = try ConfigFixture(["external.yaml": external("{ type: postgres }")]).issues()
        #expect(missing.contains { $0.contains("[config.missing-key]") && $0.contains("'url'") }, "\(missing)")
        let loaded = try ConfigFixture(["external.yaml": external("{ type: segments }")]).load()
        #expect(loaded.external?.boundary.out == "data/boundary/external-out")
    }
}
