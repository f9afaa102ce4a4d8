import SluiceConfig
import SluiceSDK
import Testing

struct ConfigFolderTests {
    @Test func aChannelIsReadWithItsDefaults() throws {
        let fixture = try ConfigFixture([
            "hotlines/hotline-12345.yaml": ConfigFixture.channel(
                "hotline-12345",
                more:
                    "merge_mode: dual\nlimits: { message: 1MiB, rate: 60/m }\nsilent_after: 24h\nreply: { type: http, url: \"http://a/{external_id}\" }"
            )
        ])
        let loaded = fixture.load()
        #expect(loaded.issues.map(\.description) == [])
        let channel = try #require(loaded.goodChannels.first)
        #expect(channel.id == "hotline-12345")
        #expect(channel.channelClass == .hotline)
        #expect(channel.mergeMode == .dual)
        #expect(channel.isEnabled)
        #expect(channel.startup == .retry)
        #expect(channel.release == .automatic)
        #expect(channel.limits.message == 1 << 20)
        #expect(channel.limits.rate == 1)
        #expect(channel.limits.depth == 64)
        #expect(channel.rawRetention == .seconds(30 * 86400))
        #expect(channel.silentAfter == .seconds(86400))
        #expect(channel.source.type == "http-push")
        #expect(channel.ticket.map(\.key) == ["external_id"])
        #expect(channel.reply?.events == ["replied", "returned"])
        #expect(channel.reply?.onUnknown == .resend)
        #expect(channel.path == fixture.folder + "/hotlines/hotline-12345.yaml")
    }

    @Test func oneBadFileNeverStopsTheOthers() throws {
        let fixture = try ConfigFixture([
            "hotlines/bad.yaml": "id: bad\n  name: x\n",
            "hotlines/worse.yaml": ConfigFixture.channel("worse", source: "{ type: http-pull, path: /a }"),
            "hotlines/good.yaml": ConfigFixture.channel("good"),
            "web/fine.yaml": ConfigFixture.channel("fine").replacing("class: hotline", with: "class: web"),
        ])
        let loaded = fixture.load()
        #expect(loaded.channels.map(\.id) == ["bad", "fine", "good", "worse"])
        #expect(loaded.goodChannels.map(\.id) == ["fine", "good"])
        #expect(
            loaded.channels[3].issues.map(fixture.line) == [
                "hotlines/worse.yaml:6:17 error [config.choice] unknown type 'http-pull' of 'source'; did you mean 'http-push'?"
            ])
    }

    @Test func anIdIsTheNameOfItsFile() throws {
        let fixture = try ConfigFixture([
            "hotlines/a.yaml": ConfigFixture.channel("b"), "hotlines/c.yaml": ConfigFixture.channel("热线"),
        ])
        #expect(
            fixture.issues() == [
                "hotlines/a.yaml:1:5 error [channel.id] the id 'b' is not the file's name; write 'id: a', or rename the file to b.yaml",
                "hotlines/c.yaml:1:5 error [channel.id] '热线' cannot be an id; use lower-case letters, digits and hyphens, at most 64",
            ])
    }

    @Test func anIdInBothFoldersIsTakenOnce() throws {
        let fixture = try ConfigFixture([
            "hotlines/a.yaml": ConfigFixture.channel("a"),
            "web/a.yaml": ConfigFixture.channel("a").replacing("class: hotline", with: "class: web"),
        ])
        #expect(fixture.load().goodChannels.map(\.channelClass) == [.hotline])
        #expect(fixture.issues().count == 1)
        #expect(
            fixture.issues().first?.hasPrefix("web/a.yaml:1:1 error [channel.id-taken] the id 'a' is taken by ") == true
        )
    }

    @Test func aChannelInTheWrongFolderIsAWarning() throws {
        let fixture = try ConfigFixture(["web/a.yaml": ConfigFixture.channel("a")])
        #expect(
            fixture.issues() == [
                "web/a.yaml:3:8 warning [channel.folder] a channel of class 'hotline' stands in the wrong folder; move the file to hotlines/"
            ])
        #expect(fixture.load().goodChannels.count == 1)
    }

    @Test func theVersionChangesWithTheContentAndNotWithCommentsOrSecrets() throws {
        let fixture = try ConfigFixture([
            "hotlines/a.yaml": ConfigFixture.channel("a", source: "{ type: http-push, path: \"${env:P}\" }")
        ])
        let first = fixture.load(environment: ["P": "/1"]).goodChannels.first?.version
        #expect(first?.count == 12)
        #expect(fixture.load(environment: ["P": "/2"]).goodChannels.first?.version == first)
        try fixture.write(
            "# why\n" + ConfigFixture.channel("a", source: "{ type: http-push, path:   \"${env:P}\" }"),
            to: "hotlines/a.yaml")
        #expect(fixture.load(environment: ["P": "/1"]).goodChannels.first?.version == first)
        try fixture.write(
            ConfigFixture.channel("a", source: "{ type: http-push, path: /other }"), to: "hotlines/a.yaml")
        #expect(fixture.load().goodChannels.first?.version != first)
    }

    @Test func replyTypeNoneIsNoReply() throws {
        let fixture = try ConfigFixture(["hotlines/a.yaml": ConfigFixture.channel("a", more: "reply: { type: none }")])
        let channel = try #require(fixture.load().goodChannels.first)
        #expect(channel.reply == nil)
    }

    @Test func flatRulesBecomeLookups() throws {
        let fixture = try ConfigFixture([
            "rules/divisions.yaml": "\"370402\": 市中区\n", "rules/deadlines.yaml": "a: { b: c }\n",
        ])
        #expect(fixture.load().lookups == ["divisions": ["370402": "市中区"]])
    }

    @Test func aMissingFolderIsAnIssue() {
        let loaded = ConfigFolder.load("/no/such/folder", specs: PluginSpecs(), environment: [:])
        #expect(
            loaded.issues.map(\.description) == [
                "/no/such/folder:1:1 error [config.unreadable] there is no configuration folder; name the folder with --config DIR"
            ])
    }

    @Test func aFileThatIsNotTextIsAnIssue() throws {
        let fixture = try ConfigFixture(["hotlines/a.yaml": "x"])
        try #require(try? YAMLBytes.write([0x69, 0xFF, 0xFE], to: fixture.folder + "/hotlines/a.yaml"))
        #expect(
            fixture.issues() == ["hotlines/a.yaml:1:1 error [config.encoding] the file is not UTF-8; save it as UTF-8"])
        try YAMLBytes.write([UInt8](repeating: 0x20, count: 1 << 20 + 1), to: fixture.folder + "/hotlines/a.yaml")
        #expect(
            fixture.issues() == ["hotlines/a.yaml:1:1 error [config.too-large] the file is larger than 1 MiB; split it"]
        )
    }
}
