import SluiceConfig
import SluiceSDK
import Testing

struct YAMLFileTests {
    private func issues(_ text: String) -> [String] {
        do {
            _ = try YAMLFile.parse(text, file: "a.yaml")
            return []
        } catch let error as ConfigIssues {
            return error.issues.map(\.description)
        } catch {
            return ["\(error)"]
        }
    }

    @Test func scalarsKeepTheirSpellingAndTheirPlace() throws {
        let value = try YAMLFile.parse("code: 0012\ntext: \"0012\"\nlist:\n  - a\n  - 'b'\n", file: "dir/a.yaml")
        #expect(value["code"]?.text == "0012")
        #expect(value["code"]?.place.description == "dir/a.yaml:1:7")
        guard case .scalar(_, let isPlain)? = value["text"]?.content else { throw ConfigIssues([]) }
        #expect(!isPlain)
        #expect(value["list"]?.items?.map(\.place.description) == ["dir/a.yaml:4:5", "dir/a.yaml:5:5"])
        #expect(value.entries?.map(\.place.description) == ["dir/a.yaml:1:1", "dir/a.yaml:2:1", "dir/a.yaml:3:1"])
    }

    @Test func columnsCountCharacters() throws {
        let value = try YAMLFile.parse("名称: { 键: 值 }", file: "a.yaml")
        #expect(value["名称"]?["键"]?.place.description == "a.yaml:1:10")
    }

    @Test func aTabInTheIndentationIsNamed() {
        #expect(
            issues("a:\n\tb: 1\n") == [
                "a.yaml:2:1 error [config.tab] a tab stands in the indentation; indent with spaces"
            ])
    }

    @Test func aKeyThatStandsTwiceIsNamed() {
        #expect(
            issues("a: 1\nb:\n  c: 1\n  c: 2\n") == [
                "a.yaml:3:3 error [config.duplicate-key] the key 'c' stands twice in one map; keep one of them"
            ])
        #expect(issues("a: 1\n\"a\": 2\n").count == 1)
    }

    @Test func brokenSyntaxHasAPlace() {
        let found = issues("a: [1, 2\nb: 3\n")
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix("a.yaml:2:2 error [config.syntax] YAML syntax: ") == true)
    }

    @Test func aSecondDocumentIsRefused() {
        #expect(
            issues("a: 1\n---\nb: 2\n") == [
                "a.yaml:2:1 error [config.syntax] a second document begins here; one file holds one document: remove '---'"
            ])
    }

    @Test func anEmptyFileIsRefused() {
        #expect(
            issues("# nothing\n") == ["a.yaml:1:1 error [config.empty] the file is empty; write 'key: value' lines"])
    }

    @Test func aMergeKeyPointsToProfiles() {
        #expect(
            issues("a: &x { b: 1 }\nc:\n  <<: *x\n") == [
                "a.yaml:3:3 error [config.merge-key] '<<' does not merge here; "
                    + "put what is shared into profiles/<name>.yaml and write 'extends: <name>'"
            ])
    }

    @Test func anUnknownAliasHasAPlace() {
        #expect(issues("a: *nothing\n").first?.hasPrefix("a.yaml:1:4 error [config.syntax] ") == true)
    }

    @Test func anchorsAreExpandedWithinALimit() throws {
        let value = try YAMLFile.parse("a: &x [1, 2]\nb: *x\n", file: "a.yaml")
        #expect(value["b"]?.items?.compactMap(\.text) == ["1", "2"])
        var bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
        for level in 1...9 {
            bomb +=
                "a\(level): &a\(level) [" + Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ") + "]\n"
        }
        let found = issues(bomb)
        #expect(found.count == 1)
        #expect(found.first?.contains("[config.too-many-values]") == true)
    }

    @Test(arguments: ["[", "{a: ", "- "])
    func deepNestingIsRefusedBeforeItIsParsed(_ opening: String) {
        let found = issues("a: \n" + String(repeating: opening, count: 5_000))
        #expect(found.count == 1)
        #expect(found.first?.contains("[config.too-deep] values are nested too deep; at most 64 levels") == true)
    }

    @Test func controlCharactersAreRefusedWithTheirPlace() {
        #expect(issues("a: 1\nb: \u{1}\n").first?.hasPrefix("a.yaml:2:4 error [config.syntax] ") == true)
    }
}
