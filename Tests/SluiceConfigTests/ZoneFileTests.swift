import SluiceConfig
import SluiceSDK
import Testing

struct ZoneFileTests {
    @Test func theThreeZonesAreReadWithTheirDefaults() throws {
        let fixture = try ConfigFixture([
            "external.yaml": "jurisdiction: \"370400\"\nsignals: 127.0.0.1:9080\npeers: { relay: keys/relay.pub }\n",
            "relay.yaml": "channels: { \"*\": automatic, hotline-12388: review }\n",
            "internal.yaml": "alerts: [ { webhook: http://10.0.0.9/, secret: \"${env:A}\" } ]\n",
            "handlers/rest.yaml": ConfigFixture.fallback,
        ])
        let loaded = fixture.load(environment: ["A": "k"])
        #expect(loaded.issues.map(\.description) == [])
        let external = try #require(loaded.external)
        #expect(external.jurisdiction == "370400")
        #expect(external.timeZone.name == "Asia/Shanghai")
        #expect(external.listen.description == "127.0.0.1:8080")
        #expect(external.signals?.port == 9080)
        #expect(external.data == "data/external")
        #expect(external.secrets == fixture.folder + "/secrets")
        #expect(external.peers.relay == "keys/relay.pub")
        let relay = try #require(loaded.relay)
        #expect(relay.channels.policy(for: "hotline-12388") == .review)
        #expect(relay.channels.policy(for: "other") == .automatic)
        #expect(relay.retention == .seconds(30 * 86400))
        let internalZone = try #require(loaded.internalZone)
        #expect(internalZone.alerts.first?.secret == "k")
        // What one zone writes is what its neighbour reads.
        #expect(external.boundary.out == relay.external.inward)
        #expect(external.boundary.inward == relay.external.out)
        #expect(internalZone.boundary.out == relay.internalSide.inward)
        #expect(internalZone.boundary.inward == relay.internalSide.out)
    }

    @Test func aProcessOfOneZoneNeedsNothingOfTheOthers() throws {
        let fixture = try ConfigFixture([
            "external.yaml": "jurisdiction: \"1\"\nnonsense: 1\n", "hotlines/broken.yaml": "id: [",
            "relay.yaml": "jurisdiction: \"370400\"\n",
            "internal.yaml": "alerts: [ { webhook: \"${env:NOT_HERE}\" } ]\n",
        ])
        let loaded = ConfigFolder.load(fixture.folder, specs: ConfigFixture.specs, environment: [:], zones: [.relay])
        #expect(loaded.issues.map(\.description) == [])
        #expect(loaded.relay?.jurisdiction == "370400")
        #expect(loaded.external == nil && loaded.internalZone == nil && loaded.channels.isEmpty)
    }

    @Test func withoutAStarOnlyTheNamedChannelsAreKnown() throws {
        let fixture = try ConfigFixture(["relay.yaml": "channels: { a: automatic }\n"])
        #expect(fixture.load().relay?.channels.policy(for: "b") == nil)
    }

    @Test func anOpenListenerNeedsAProxy() throws {
        let fixture = try ConfigFixture(["external.yaml": "jurisdiction: \"1\"\nlisten: 0.0.0.0:8080\n"])
        #expect(
            fixture.issues() == [
                "external.yaml:2:9 error [zone.listen] 'listen' opens 0.0.0.0:8080 to the network without TLS; "
                    + "write 127.0.0.1, 'tls' with a certificate, or 'behind_proxy: true' when a proxy that ends TLS "
                    + "stands in front"
            ])
        try fixture.write("jurisdiction: \"1\"\nlisten: 0.0.0.0:8080\nbehind_proxy: true\n", to: "external.yaml")
        #expect(fixture.load().external?.isBehindProxy == true)
    }

    @Test func aListenerMayHaveTLSOfItsOwn() throws {
        let fixture = try ConfigFixture([
            "external.yaml": "jurisdiction: \"1\"\nlisten: 0.0.0.0:8443\ntls: { certificate: c/a.pem, key: /b.key }\n",
            "internal.yaml": "tls: { certificate: a.pem, key: a.key, client_ca: ca.pem }\n",
        ])
        let loaded = fixture.load()
        #expect(loaded.issues.filter { $0.place.file.hasSuffix("nal.yaml") }.map(\.description) == [])
        let tls = try #require(loaded.external?.tls)
        #expect(tls.certificate.path == fixture.folder + "/c/a.pem")
        #expect(tls.key.path == "/b.key")
        #expect(tls.key.place.column == 35)
        #expect(tls.clientAuthorities == nil)
        #expect(loaded.internalZone?.tls?.clientAuthorities?.path == fixture.folder + "/ca.pem")
        try fixture.write("jurisdiction: \"1\"\ntls: { certificate: a }\n", to: "external.yaml")
        #expect(fixture.issues().contains { $0.contains("[config.missing-key]") && $0.contains("'key'") })
    }

    @Test func mistakesAreNamed() throws {
        let fixture = try ConfigFixture([
            "external.yaml": "jurisdicton: \"1\"\ntime_zone: Asia/Shanhai\nlisten: here\n",
            "relay.yaml": "channels: { a: maybe }\n",
        ])
        #expect(
            fixture.issues() == [
                "external.yaml:1:1 error [config.unknown-key] unknown key 'jurisdicton'; did you mean 'jurisdiction'?",
                "external.yaml:1:1 error [config.missing-key] 'jurisdiction' is missing in 'external.yaml'; add 'jurisdiction: \"370400\"'",
                "relay.yaml:1:16 error [config.choice] 'channels.a' cannot be 'maybe'; write one of automatic, review",
            ])
        try fixture.write("jurisdiction: \"1\"\ntime_zone: Asia/Shanhai\nlisten: here\n", to: "external.yaml")
        #expect(
            Array(fixture.issues().prefix(2)) == [
                "external.yaml:2:12 error [zone.time-zone] there is no time zone: 'Asia/Shanhai'; write an IANA name like Asia/Shanghai, or an offset like +08:00",
                "external.yaml:3:9 error [zone.listen] 'listen' is not an address and port: 'here'; write 127.0.0.1:8080 or [::1]:8080",
            ])
    }
}
