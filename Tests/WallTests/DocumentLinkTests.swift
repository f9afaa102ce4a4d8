import Foundation
import Testing

/// What people read: every link leads somewhere, and the two languages know of each other.
@Suite struct DocumentLinkTests {
    static let pages: [String] = {
        let roots = ["docs", "Plugins", "Tests/Torture", "Tests/RealData", "Tests/PowerCut"]
        let found = roots.flatMap { root in
            let names = FileManager.default.enumerator(atPath: Repository.root.appendingPathComponent(root).path)
            return (names?.compactMap { $0 as? String } ?? []).filter { $0.hasSuffix(".md") }.map { "\(root)/\($0)" }
        }
        return (found + ["README.md", "README.zh-CN.md"]).sorted()
    }()

    /// Chinese pages, and what they are called in English.
    static let chinese = pages.filter { $0.hasPrefix("docs/zh-CN/") }

    @Test func everyLinkLeadsToAFileAndAHeadingInIt() throws {
        #expect(Self.pages.count > 60)
        for page in Self.pages {
            for link in Self.links(try Repository.text(page)) where !link.contains(":") {
                let parts = link.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
                let target = parts[0].isEmpty ? page : Self.path(parts[0], from: page)
                #expect(Repository.exists(target), "\(page) links to \(link), which is not there")
                guard parts.count > 1, target.hasSuffix(".md"), Repository.exists(target) else { continue }
                let headings = Self.headings(try Repository.text(target))
                #expect(headings.contains(parts[1]), "\(page) links to \(link); \(target) has no such heading")
            }
        }
    }

    @Test(arguments: chinese)
    func aChinesePageAndItsEnglishOneLinkToEachOther(_ page: String) throws {
        let name = String(page.dropFirst("docs/zh-CN/".count))
        #expect(Repository.exists("docs/\(name)"), "\(page) has no English page")
        #expect(try Repository.text(page).contains("[English](../\(name))"))
        #expect(Self.links(try Repository.text("docs/\(name)")).contains("zh-CN/\(name)"))
    }

    /// Whoever reads Chinese is sent to the Chinese page where there is one, but for a heading that only the other has.
    @Test func chinesePagesLinkToChinesePages() throws {
        let translated = Set(Self.chinese.map { $0.replacing("zh-CN/", with: "") })
        for page in Self.chinese {
            for link in Self.links(try Repository.text(page)) where !link.contains(":") && !link.contains("#") {
                let target = Self.path(link, from: page)
                let isOwn = target == page.replacing("zh-CN/", with: "")
                #expect(isOwn || !translated.contains(target), "\(page) links to \(link), which there is in Chinese")
            }
        }
    }

    /// Targets of `[…](…)` outside of code.
    private static func links(_ text: String) -> [String] {
        var (found, isCode): ([String], Bool) = ([], false)
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("```") { isCode.toggle() }
            guard !isCode else { continue }
            // Every second piece stands between backticks.
            let plain = line.split(separator: "`", omittingEmptySubsequences: false).enumerated()
                .map { $0.offset.isMultiple(of: 2) ? String($0.element) : "code" }.joined()
            for rest in plain.components(separatedBy: "](").dropFirst() {
                if let end = rest.firstIndex(of: ")") { found.append(String(rest[..<end])) }
            }
        }
        return found
    }

    /// As GitHub makes anchors of headings.
    private static func headings(_ text: String) -> Set<String> {
        var (found, isCode): (Set<String>, Bool) = ([], false)
        for line in text.split(separator: "\n") {
            if line.hasPrefix("```") { isCode.toggle() }
            guard !isCode, line.hasPrefix("#") else { continue }
            let words = line.drop { $0 == "#" }.trimmingCharacters(in: .whitespaces).lowercased()
            found.insert(
                words.filter { $0.isLetter || $0.isNumber || " -_".contains($0) }.replacing(" ", with: "-"))
        }
        return found
    }

    private static func path(_ link: String, from page: String) -> String {
        var parts = page.split(separator: "/").dropLast().map(String.init)
        for part in link.split(separator: "/") {
            switch part {
            case ".": continue
            case "..": _ = parts.popLast()
            default: parts.append(String(part))
            }
        }
        return parts.joined(separator: "/")
    }
}
