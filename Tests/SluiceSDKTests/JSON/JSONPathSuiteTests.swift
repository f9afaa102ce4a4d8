import Foundation
import SluiceSDK
import Testing

/// The compliance test suite of JSONPath, which is not part of this repository: `jsonpath-cts.json` in the folder that
/// `SLUICE_SUITES` names, or in `../shared/suites`.
@Suite struct JSONPathSuiteTests {
    @Test func theComplianceSuitePasses() throws {
        guard let file = try Self.file() else { return }
        let suite = try JSONDocument.parse([UInt8](Data(contentsOf: file)), maxDepth: 64).root
        var (valid, invalid) = (0, 0)
        suite["tests"]?.forEachElement { test in
            let name = test["name"]?.string ?? "?"
            if test["invalid_selector"]?.boolean == true {
                expectRefused(test["selector"]?.string ?? "", name)
                invalid += 1
            } else {
                expectResult(test, name)
                valid += 1
            }
        }
        #expect(valid + invalid >= 703, "the suite has become smaller, or is not read")
        print("JSONPath: \(valid) valid and \(invalid) invalid cases of \(file.path) checked")
    }

    /// - Returns: nil, with a line that says so, when nobody asks for the suite and it is not there.
    private static func file() throws -> URL? {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let named = ProcessInfo.processInfo.environment["SLUICE_SUITES"]
        let folder = URL(fileURLWithPath: named ?? "../shared/suites", relativeTo: root)
        let file = folder.appendingPathComponent("jsonpath-cts.json").absoluteURL.standardized
        if FileManager.default.fileExists(atPath: file.path) { return file }
        try #require(named == nil, "SLUICE_SUITES is set, and \(file.path) is not there")
        print("JSONPath: the compliance suite was NOT run: no \(file.path); SLUICE_SUITES names its folder")
        return nil
    }

    private func expectRefused(_ selector: String, _ name: String) {
        do throws(SelectorError) {
            _ = try JSONPath(selector)
            Issue.record("\(name): \(selector) was taken")
        } catch {
            #expect(["jsonpath.syntax", "jsonpath.type"].contains(error.code), "\(name): \(error)")
            #expect(error.offset <= selector.count, "\(name): \(error)")
        }
    }

    private func expectResult(_ test: JSONElement, _ name: String) {
        guard let selector = test["selector"]?.string, let document = test["document"] else {
            Issue.record("\(name): no selector or document")
            return
        }
        do {
            let found = Self.list(try JSONPath(selector).nodes(in: document))
            var accepted: [String] = []
            if let result = test["result"] { accepted.append(Self.text(result)) }
            test["results"]?.forEachElement { accepted.append(Self.text($0)) }
            #expect(accepted.contains(found), "\(name): \(selector) found \(found)")
        } catch {
            Issue.record("\(name): \(selector): \(error)")
        }
    }

    private static func list(_ nodes: [JSONElement]) -> String {
        "[" + nodes.map(text).joined(separator: ",") + "]"
    }

    private static func text(_ element: JSONElement) -> String { String(decoding: element.minified(), as: UTF8.self) }
}
