import Foundation
import SluiceSDK
import Testing

/// The table of selectors in README.md finds what it says.
@Suite struct ReadmeTests {
    @Test func everySelectorOfTheReadmeFindsWhatItSays() throws {
        let readme = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("README.md")
        let text = try String(contentsOf: readme, encoding: .utf8)
        let example = try #require(text.firstMatch(of: /```json\n([^`]*)```/))
        let document = try JSONDocument.parse(Array(String(example.1).utf8)).root
        let rows = text.matches(of: /(?m)^\| `(\$[^`]*)` \| ((?:`[^`]*` ?)+)\|$/)
        #expect(rows.count >= 20)
        for row in rows {
            let found = try JSONPath(configured: String(row.1)).nodes(in: document)
            let shown = found.map { "`" + String(decoding: $0.minified(), as: UTF8.self) + "`" }
            #expect(shown.joined(separator: " ") == row.2.trimmingCharacters(in: .whitespaces), "\(row.1)")
        }
    }
}
