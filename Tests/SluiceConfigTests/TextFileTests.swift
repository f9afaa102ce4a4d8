import SluiceConfig
import SluiceSDK
import SluiceTesting
import Testing

/// A key that names a text file beside the file it stands in.
struct TextFileTests {
    private static let specs: PluginSpecs = {
        var specs = ConfigFixture.specs
        specs.replySenders = [
            PluginSpec(
                "http", "HTTP.",
                ConfigSpec([
                    ConfigField("url", .template, required: true, "Where."), ConfigField("body", .textFile, "What."),
                ]))
        ]
        return specs
    }()

    private func fixture(_ body: String, _ more: [String: String] = [:]) throws -> ConfigFixture {
        let reply = "reply: { type: http, url: http://a/, body: \(body) }"
        return try ConfigFixture(
            ["hotlines/a.yaml": ConfigFixture.channel("a", more: reply), "external.yaml": "jurisdiction: \"1\"\n"]
                .merging(more) { $1 })
    }

    private func channel(_ fixture: ConfigFixture, _ environment: [String: String] = [:]) -> ChannelResult? {
        ConfigFolder.load(fixture.folder, specs: Self.specs, environment: environment).channels.first
    }

    private func text(_ result: ChannelResult?) -> String? {
        result?.channel?.reply?.sender.config.optional("body")?.text
    }

    @Test func thePluginGetsTheTextOfAFileBesideTheChannel() throws {
        let fixture = try fixture("soap/reply.xml", ["hotlines/soap/reply.xml": "<a>{external_id}</a>\n"])
        #expect(text(channel(fixture)) == "<a>{external_id}</a>\n")
    }

    @Test func referencesInTheFileAreFilledInAndAreSecrets() throws {
        let fixture = try fixture("a.xml", ["hotlines/a.xml": "<p>${env:PASSWORD}</p>"])
        let found = channel(fixture, ["PASSWORD": "geheim"])
        #expect(text(found) == "<p>geheim</p>")
        #expect(found?.channel?.reply?.sender.config.optional("body")?.description == "<redacted>")
        #expect(channel(fixture)?.issues.first?.rule == "config.missing-variable")
    }

    @Test func aFileThatIsNotThereIsAnIssueAtTheKey() throws {
        let fixture = try fixture("nowhere.xml")
        let issue = try #require(channel(fixture)?.issues.first)
        #expect(issue.rule == "config.unreadable")
        #expect(issue.message.contains("'nowhere.xml' of 'body'"))
        #expect(issue.place.file.hasSuffix("hotlines/a.yaml") && issue.place.line == 9 && issue.place.column > 40)
    }

    @Test func anotherTextIsAnotherVersionOfTheChannel() throws {
        let fixture = try fixture("a.xml", ["hotlines/a.xml": "<a/>"])
        let first = channel(fixture)?.channel
        #expect(channel(fixture)?.channel?.version == first?.version)
        try fixture.write("<b/>", to: "hotlines/a.xml")
        let second = channel(fixture)?.channel
        #expect(second?.version != first?.version && second?.fingerprint != first?.fingerprint)
    }
}
