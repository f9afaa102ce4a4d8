import SluiceConfig
import SluiceSDK
import Testing

struct ProfileTests {
    @Test func mapsMergeAndListsReplace() throws {
        let fixture = try ConfigFixture([
            "profiles/base.yaml":
                "source: { type: http-push, path: /base, methods: [POST, PUT], window: 1m }\nlimits: { rate: 5/s }\n",
            "profiles/middle.yaml": "extends: base\nsource: { window: 2m }\n",
            "hotlines/h.yaml": ConfigFixture.channel("h", source: "{ methods: [PUT] }", more: "extends: middle"),
        ])
        let channel = try #require(fixture.load().goodChannels.first)
        #expect(try channel.source.config.strings("methods") == ["PUT"])
        #expect(try channel.source.config.duration("window") == .seconds(120))
        #expect(try channel.source.config.string("path") == "/base")
        #expect(channel.limits.rate == 5)
    }

    @Test func placesStayThoseOfTheFileWhereTheValueStands() throws {
        let fixture = try ConfigFixture([
            "profiles/base.yaml": "source:\n  type: http-push\n  window: soon\n",
            "hotlines/h.yaml": ConfigFixture.channel("h", source: "{ path: /a }", more: "extends: base"),
        ])
        #expect(
            fixture.issues() == [
                "profiles/base.yaml:3:11 error [config.type] 'window' is not a duration: 'soon'; write a duration like 200ms, 30s, 10m, 24h or 30d"
            ])
    }

    @Test func profilesThatExtendEachOtherAreNamed() throws {
        let fixture = try ConfigFixture([
            "profiles/a.yaml": "extends: b\n", "profiles/b.yaml": "extends: a\n",
            "hotlines/h.yaml": ConfigFixture.channel("h", more: "extends: a"),
        ])
        #expect(
            fixture.issues() == [
                "profiles/b.yaml:1:10 error [config.profile-cycle] profiles extend each other: a → b → a; take 'extends' out of one of them"
            ])
    }

    @Test func anUnknownProfileIsNamedWithWhatIsNear() throws {
        let fixture = try ConfigFixture([
            "profiles/http-json.yaml": "limits: {}\n",
            "hotlines/h.yaml": ConfigFixture.channel("h", more: "extends: http-jsn"),
        ])
        #expect(
            fixture.issues()
                == [
                    "hotlines/h.yaml:9:10 error [config.unknown-profile] there is no profile 'http-jsn' in "
                        + fixture.folder + "/profiles; did you mean 'http-json'?"
                ].map { $0.replacing(fixture.folder + "/", with: "") })
    }

    @Test func aBadProfileStopsOnlyTheChannelsThatExtendIt() throws {
        let fixture = try ConfigFixture([
            "profiles/bad.yaml": "a: [\n",
            "hotlines/one.yaml": ConfigFixture.channel("one", more: "extends: bad"),
            "hotlines/two.yaml": ConfigFixture.channel("two", source: "{ type: http-push, path: /two }"),
        ])
        let loaded = fixture.load()
        #expect(loaded.goodChannels.map(\.id) == ["two"])
        #expect(
            loaded.channels.first { $0.id == "one" }?.issues.first?.place.file == fixture.folder + "/profiles/bad.yaml")
    }
}
