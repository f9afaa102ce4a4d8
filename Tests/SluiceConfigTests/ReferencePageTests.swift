import Foundation
import SluiceConfig
import SluiceSDK
import Testing

/// The pages under `docs/` are what the generators write. After a change of a declaration:
/// `SLUICE_WRITE_DOCS=1 swift test --filter ReferencePageTests`.
struct ReferencePageTests {
    private static let pages: [(String, String)] = [
        ("configuration-rules.md", ConfigReference.rulesMarkdown()),
        ("value-object.md", ConfigReference.mappingMarkdown()),
    ]

    @Test(arguments: pages)
    func pagesAreWhatTheGeneratorWrites(_ name: String, _ text: String) throws {
        let docs = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
            "../../docs/" + name)
        if ProcessInfo.processInfo.environment["SLUICE_WRITE_DOCS"] != nil { try Data(text.utf8).write(to: docs) }
        #expect(String(decoding: try Data(contentsOf: docs), as: UTF8.self) == text)
    }

    @Test func everyRuleHasACodeOfItsOwnAndAMeaning() {
        #expect(Set(ConfigRule.allCases.map(\.rawValue)).count == ConfigRule.allCases.count)
        #expect(ConfigRule.allCases.allSatisfy { $0.meaning.hasSuffix(".") })
    }

    @Test func aPluginsPageShowsEveryKey() {
        let page = ConfigReference.markdown(for: ConfigFixture.specs.transports[0])
        #expect(page.hasPrefix("# `type: http-push`\n\nThe upstream calls.\n"))
        #expect(page.contains("| `path` | text | **required** | Where. Example: `/channels/12345`. |\n"))
        #expect(page.contains("| `workers` | number, 1 to 8 | `2` | How many. |\n"))
        #expect(page.contains("\n## `auth`, `type: bearer`\n\nA token.\n"))
        #expect(page.contains("| `token` | secret: `${env:…}` or `${file:…}` | **required** | The token. |\n"))
        #expect(page.contains("\n## `auth`, `type: none`\n\nAnybody.\n\nNothing to configure.\n"))
    }

    @Test func zonesHandlersAndChannelsHavePages() {
        for subject in ConfigSchema.Subject.allCases {
            #expect(ConfigReference.markdown(for: subject).hasPrefix("# `\(subject.rawValue)`\n"))
        }
    }
}
