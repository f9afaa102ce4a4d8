import Foundation
import SluiceConfig
import SluiceSDK
import Testing

struct ReferenceTests {
    private func fixture(token: String) throws -> ConfigFixture {
        try ConfigFixture([
            "hotlines/h.yaml": ConfigFixture.channel(
                "h", source: "{ type: http-push, path: /a, auth: { type: bearer, token: \"\(token)\" } }"),
            "secrets/key": "s3cr3t-of-the-file\n",
            "secrets/empty": "\n",
            "outside": "not for you",
        ])
    }

    @Test func theLineBreakAtTheEndOfASecretIsNotPartOfIt() throws {
        let source = try #require(try fixture(token: "${file:key}").load().goodChannels.first?.source)
        #expect(try source.config.object("auth").string("token") == "s3cr3t-of-the-file")
    }

    @Test func referencesMayStandInsideText() throws {
        let fixture = try fixture(token: "Bearer ${env:TOKEN}!")
        let source = try #require(fixture.load(environment: ["TOKEN": "abc"]).goodChannels.first?.source)
        #expect(try source.config.object("auth").string("token") == "Bearer abc!")
    }

    @Test func aSecretIsNeverPrinted() throws {
        let loaded = try fixture(token: "${file:key}").load()
        let channel = try #require(loaded.goodChannels.first)
        #expect(channel.source.config.value.description.contains("token: <redacted>"))
        #expect(!"\(channel.source.config.value)".contains("s3cr3t"))
    }

    @Test func mistakesAboutASecretDoNotRepeatIt() throws {
        let source =
            "{ type: http-push, path: /a, window: \"${file:key}\", methods: [\"${file:key}\"], answer: \"{${file:key}\", workers: \"${file:key}\" }"
        let fixture = try ConfigFixture([
            "hotlines/h.yaml": ConfigFixture.channel("h", source: source), "secrets/key": "s3cr3t",
        ])
        #expect(
            fixture.issues() == [
                "hotlines/h.yaml:6:46 error [config.type] 'window' is not a duration: <redacted>; write a duration like 200ms, 30s, 10m, 24h or 30d",
                "hotlines/h.yaml:6:71 error [config.choice] 'methods' cannot be '<redacted>'; write one of POST, PUT",
                "hotlines/h.yaml:6:95 error [config.template] 'answer' is not a template: its braces do not match",
                "hotlines/h.yaml:6:120 error [config.type] 'workers' is not a whole number: <redacted>; write a whole number from 1 to 8",
            ])
    }

    @Test func whatIsMissingIsNamedOnceAndNothingElseIsSaidOfThePlace() throws {
        #expect(
            try fixture(token: "${env:NO_SUCH}").issues() == [
                "hotlines/h.yaml:6:67 error [config.missing-variable] the environment variable 'NO_SUCH' is not set; set it where sluice is started"
            ])
        let found = try fixture(token: "${file:nothing}")
        #expect(
            found.issues() == [
                "hotlines/h.yaml:6:67 error [config.missing-secret-file] there is no readable secret 'nothing' in secrets; "
                    + "put it there, readable by this user: UTF-8 text of at most 64 KiB"
            ])
    }

    @Test func emptySecretsAreRefused() throws {
        #expect(
            try fixture(token: "${env:X}").issues(environment: ["X": ""]).first?.contains(
                "the environment variable 'X' is empty") == true)
        #expect(
            try fixture(token: "${file:empty}").issues().first?.contains("the secret 'empty' in secrets is empty")
                == true)
    }

    @Test(arguments: ["../outside", "/etc/passwd", "a/../../outside", "./key", ""])
    func pathsOutOfTheSecretsFolderAreRefused(_ name: String) throws {
        let issue = try #require(try fixture(token: "${file:\(name)}").issues().first)
        #expect(issue.contains("config.secret-file-path") || issue.contains("config.reference"))
    }

    @Test func linksOutOfTheSecretsFolderAreRefused() throws {
        let fixture = try fixture(token: "${file:link}")
        try FileManager.default.createSymbolicLink(
            atPath: fixture.folder + "/secrets/link", withDestinationPath: fixture.folder + "/outside")
        #expect(
            fixture.issues().first?.contains("[config.secret-file-path] 'link' leads out of the secrets folder") == true
        )
    }

    @Test func aReferenceThatIsNotQuotedInsideBracesIsExplained() throws {
        let fixture = try ConfigFixture(["hotlines/h.yaml": "source: { url: ${env:URL} }\n"])
        #expect(fixture.issues().first?.hasSuffix("; inside { } and [ ] quote a reference: \"${env:NAME}\"") == true)
    }

    @Test func anUnknownKindOfReferenceIsNamed() throws {
        #expect(
            try fixture(token: "${vault:x}").issues() == [
                "hotlines/h.yaml:6:67 error [config.reference] '${vault:x}' is not a reference; write ${env:NAME} or ${file:name}"
            ])
    }

    @Test func twoDollarsStandForTheSignsThemselves() throws {
        let fixture = try ConfigFixture([
            "hotlines/h.yaml": ConfigFixture.channel("h", source: "{ type: http-push, path: \"/$${a}\" }")
        ])
        #expect(try fixture.load().goodChannels.first?.source.config.string("path") == "/${a}")
    }
}
