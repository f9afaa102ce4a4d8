import SluiceSDK
import SluiceTesting
import Testing

@Suite struct ConfigTests {
    @Test(arguments: [
        ("200ms", 200), ("30s", 30_000), ("10m", 600_000), ("24h", 86_400_000), ("30d", 2_592_000_000), ("0s", 0),
    ])
    func durationsAreRead(_ text: String, _ milliseconds: Int) {
        #expect(Units.duration(text) == .milliseconds(milliseconds))
    }

    @Test(arguments: [
        "", "s", "30", "-1s", "1.5s", "30 s", "1w", "9223372036854775807d", "99999999999999999999s", "３s",
        "9223372036854775807s", "9223372036854775807ms",
        "36526d",
    ])
    func otherDurationsAreNot(_ text: String) {
        #expect(Units.duration(text) == nil)
    }

    @Test func sizesAndRatesAreRead() {
        #expect(Units.size("8MiB") == 8 << 20)
        #expect(Units.size("512B") == 512)
        for text in ["8MB", "8", "MiB", "9223372036854775807GiB"] { #expect(Units.size(text) == nil) }
        #expect(Units.rate("2000/s") == 2000)
        #expect(Units.rate("30/m") == 0.5)
        for text in ["2000", "0/s", "-1/s", "5/d", "5/s/s", "x/s"] { #expect(Units.rate(text) == nil) }
    }

    private func config(_ literal: ConfigLiteral) -> Config { Config(literal.value, baseFolder: "/base") }

    private func issue(_ body: () throws -> Void) -> String? {
        do { try body() } catch let issue as ConfigIssue { return issue.rule } catch {}
        return nil
    }

    @Test func valuesAreReadByType() throws {
        let config = config([
            "text": "0012", "n": 7, "flag": true, "time": "30s", "size": "1KiB", "list": ["a", "b"], "one": "a",
            "file": "x/y", "root": "/x", "o": ["k": "v"],
        ])
        #expect(try config.string("text") == "0012")
        #expect(try config.integer("n") == 7)
        #expect(try config.boolean("flag"))
        #expect(try config.duration("time") == .seconds(30))
        #expect(try config.optionalSize("size") == 1024)
        #expect(try config.strings("list") == ["a", "b"])
        #expect(try config.strings("one") == ["a"])
        #expect(try config.strings("none") == [])
        #expect(try config.path("file") == "/base/x/y")
        #expect(try config.path("root") == "/x")
        #expect(try config.object("o").string("k") == "v")
        #expect(try config.optionalString("none") == nil)
    }

    @Test func whatIsMissingOrMistypedIsNamed() {
        let config = config(["text": "x", "list": ["a"], "deep": [["a"]]])
        #expect(issue { _ = try config.string("none") } == "config.missing-key")
        #expect(issue { _ = try config.integer("text") } == "config.type")
        #expect(issue { _ = try config.string("list") } == "config.type")
        #expect(issue { _ = try config.boolean("text") } == "config.type")
        #expect(issue { _ = try config.duration("text") } == "config.type")
        #expect(issue { _ = try config.strings("deep") } == "config.type")
    }

    @Test func secretsAreNeverPrinted() {
        let secret = ConfigValue(.scalar(text: "hunter2", plain: true), isSecret: true)
        let map = ConfigValue(
            .map([ConfigEntry(key: "token", value: secret), ConfigEntry(key: "l", value: ConfigValue(.list([secret])))])
        )
        #expect(map.description == "{token: <redacted>, l: [<redacted>]}")
    }

    @Test func namesNearbyAreFound() {
        #expect(NearestName.of("evry", among: ["every", "cron"]) == "every")
        #expect(NearestName.of("page-size", among: ["page_size"]) == "page_size")
        #expect(NearestName.of("zzz", among: ["every", "cron"]) == nil)
    }
}
