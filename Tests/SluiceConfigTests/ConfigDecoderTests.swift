import SluiceConfig
import SluiceSDK
import Testing

struct ConfigDecoderTests {
    private let spec = ConfigFixture.specs.transports[0].config

    private func decode(_ text: String) throws -> (value: ConfigValue, issues: [String]) {
        var decoder = ConfigDecoder()
        let value = decoder.decode(try YAMLFile.parse(text, file: "a.yaml"), as: spec, named: "source")
        return (value, decoder.issues.map(\.description))
    }

    @Test func fillsInDefaultsAtThePlaceWhereTheyWereLeftOut() throws {
        let (value, issues) = try decode("path: /a")
        #expect(issues == [])
        let config = Config(value)
        #expect(try config.strings("methods") == ["POST"])
        #expect(try config.object("auth").string("type") == "none")
        #expect(try config.duration("window") == .seconds(300))
        #expect(try config.string("pattern") == "*.csv")
        #expect(!config.has("cap"))
        #expect(value["methods"]?.place.description == "a.yaml:1:1")
    }

    @Test func warnsOfSignaturesThatCanBeForged() throws {
        let spec = ConfigSpec([IncomingAuth.field])
        var decoder = ConfigDecoder()
        let text = "auth: { type: signature, secret: s, algorithm: md5, text: \"{secret}\" }"
        let value = try YAMLFile.parse(text, file: "a.yaml")
        _ = decoder.decode(value, as: spec, named: "source")
        let warnings = decoder.issues.filter { $0.severity == .warning }
        #expect(warnings.map(\.rule) == ["auth.weak-digest"])
        #expect(warnings.first?.place.column == 48)
    }

    @Test func findsEveryMistakeOfAFileAndSaysWhatToWrite() throws {
        let text = """
            pth: /a
            methods: [POST, GTE]
            auth: { type: baerer }
            window: soon
            workers: 9
            strict: yes
            cap: 8MB
            pace: 100
            allow: [10.0.0.0/24, 10.0.0.300]
            answer: "{id"
            """
        #expect(
            try decode(text).issues == [
                "a.yaml:1:1 error [config.unknown-key] unknown key 'pth'; did you mean 'path'?",
                "a.yaml:2:17 error [config.choice] 'methods' cannot be 'GTE'; write one of POST, PUT",
                "a.yaml:3:15 error [config.choice] unknown type 'baerer' of 'auth'; did you mean 'bearer'?",
                "a.yaml:4:9 error [config.type] 'window' is not a duration: 'soon'; write a duration like 200ms, 30s, 10m, 24h or 30d",
                "a.yaml:5:10 error [config.range] 'workers' is out of range: '9'; write a whole number from 1 to 8",
                "a.yaml:6:9 error [config.type] 'strict' is not true or false: 'yes'; write true or false",
                "a.yaml:7:6 error [config.type] 'cap' is not a size: '8MB'; write a size like 512B, 256KiB or 8MiB",
                "a.yaml:8:7 error [config.type] 'pace' is not a rate: '100'; write a rate like 2000/s or 100/m",
                "a.yaml:9:22 error [config.network] 'allow' is not an address range: '10.0.0.300'; write a range like 10.0.0.0/24",
                "a.yaml:10:9 error [config.template] 'answer' is not a template: '{' without '}' in \"{id\"; write {{ for a brace",
                "a.yaml:1:1 error [config.missing-key] 'path' is missing in 'source'; add 'path: /channels/12345'",
            ])
    }

    @Test func quotedNumbersAreText() throws {
        #expect(
            try decode("path: /a\nworkers: \"2\"").issues == [
                "a.yaml:2:10 error [config.type] 'workers' is not a whole number: '2'; write a whole number from 1 to 8"
            ])
    }

    @Test func listsAndMapsInTheWrongPlaceAreNamed() throws {
        #expect(
            try decode("path: [a]\nmethods: POST\nauth: bearer").issues == [
                "a.yaml:1:7 error [config.type] 'path' is not text; write text",
                "a.yaml:2:10 error [config.type] 'methods' is not a list: 'POST'; write a list like [a, b]",
                "a.yaml:3:7 error [config.type] 'auth' is not a map: 'bearer'; write a map: 'key: value' lines, indented, or { key: value }",
            ])
    }

    @Test func aVariantWithoutItsTagNamesTheChoices() throws {
        #expect(
            try decode("path: /a\nauth: { token: x }").issues == [
                "a.yaml:2:7 error [config.missing-key] 'type' is missing in 'auth'; add 'type: …', one of none, bearer"
            ])
    }

    @Test func aSecretWrittenInClearIsRefusedAndNotRepeated() throws {
        let issues = try decode("path: /a\nauth: { type: bearer, token: hunter2 }").issues
        #expect(
            issues == [
                "a.yaml:2:30 error [config.secret-in-file] the secret 'token' is written in the file; "
                    + "write ${env:NAME} or ${file:name}, and change the secret: it may have been seen"
            ])
    }

    @Test func aKeyWithoutAValueIsAKeyLeftOut() throws {
        let (value, issues) = try decode("path: /a\nwindow: ~\ncap:")
        #expect(issues == [])
        #expect(value["window"]?.text == "5m")
        #expect(value["cap"] == nil)
    }

    @Test(arguments: ["10.0.0.0/8", "10.1.2.3", "::1", "fd00::/8", "2001:db8:0:0:0:0:0:1/64"])
    func acceptsAddressRanges(_ range: String) throws {
        #expect(try decode("path: /a\nallow: \"\(range)\"").issues == [])
    }

    @Test(arguments: ["10.0.0.0/33", "10.0.0", "example.org", "1::2::3:::4", "::1/129", "10.0.0.0/", "0x10.0.0.1"])
    func refusesWhatIsNoAddressRange(_ range: String) throws {
        #expect(try decode("path: /a\nallow: \"\(range)\"").issues.count == 1)
    }
}
