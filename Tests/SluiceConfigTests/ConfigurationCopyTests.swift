import SluiceConfig
import SluiceSDK
import SluiceTesting
import Testing

/// A copy that leads some channels elsewhere.
@Suite struct ConfigurationCopyTests {
    private let folder = TemporaryFolder()
    private let change: ConfigurationCopy.Change = { _ in
        ConfigValue(.map([ConfigEntry(key: "path", value: ConfigValue(.scalar(text: "07", plain: false)))]))
    }

    init() throws {
        for sub in ["config/hotlines", "config/profiles"] { try makeFolder(folder(sub)) }
        try writeFile(
            Array("format: { type: csv, strict: true, code: \"0\" }\nsource: { a: 1 }\n".utf8),
            folder("config/profiles/p.yaml"))
        try writeFile(
            Array(
                "# why\nid: a\nextends: p\nsource: { b: \"${env:SECRET}\" }\nreply: ~\nformat: { type: json }\n".utf8),
            folder("config/hotlines/a.yaml"))
        try writeFile(Array("id: b\n# kept\n".utf8), folder("config/hotlines/b.yaml"))
    }

    private func text(_ path: String) throws -> String { String(decoding: try readFile(folder(path)), as: UTF8.self) }

    private func copy(to target: String = "copy", source: ConfigurationCopy.Change? = nil) throws {
        try ConfigurationCopy.write(
            folder("config"), to: folder(target),
            changes: [folder("config/hotlines/a.yaml"): (source: source, reply: nil)])
    }

    @Test func aChangedFileHoldsItsProfileAndWhatIsSecretStaysAReference() throws {
        try copy()
        let value = try YAMLFile.read(folder("copy/hotlines/a.yaml"))
        #expect(value["extends"] == nil)
        #expect(value["source"]?["a"]?.text == "1")
        #expect(value["source"]?["b"]?.text == "${env:SECRET}")
        #expect(value["format"]?["type"]?.text == "json")
        #expect(value["reply"]?.isNull == true)
        // A number stays a number, and text text.
        guard case .scalar("true", true)? = value["format"]?["strict"]?.content,
            case .scalar("0", false)? = value["format"]?["code"]?.content
        else {
            Issue.record("\(try text("copy/hotlines/a.yaml"))")
            return
        }
    }

    @Test func nothingButTheNamedPartsChanges() throws {
        let before = try (text("config/hotlines/a.yaml"), text("config/hotlines/b.yaml"))
        try copy(source: change)
        #expect(try (text("config/hotlines/a.yaml"), text("config/hotlines/b.yaml")) == before)
        #expect(try text("copy/hotlines/b.yaml") == before.1)
        let value = try YAMLFile.read(folder("copy/hotlines/a.yaml"))
        #expect(value["source"]?.entries?.map(\.key) == ["path"])
        guard case .scalar("07", false)? = value["source"]?["path"]?.content else {
            Issue.record("\(try text("copy/hotlines/a.yaml"))")
            return
        }
    }

    @Test func anEarlierCopyIsWrittenAnewAndNothingElseIsTouched() throws {
        try copy()
        try writeFile([], folder("copy/hotlines/left.yaml"))
        try copy()
        #expect(names(in: folder("copy/hotlines")) == ["a.yaml", "b.yaml"])
        try makeFolder(folder("mine"))
        try writeFile([], folder("mine/kept"))
        #expect(throws: ConfigIssue.self) { try copy(to: "mine") }
        #expect(names(in: folder("mine")) == ["kept"])
        #expect(throws: ConfigIssue.self) { try copy(to: "config/copy") }
        #expect(names(in: folder("config")) == ["hotlines", "profiles"])
    }
}
