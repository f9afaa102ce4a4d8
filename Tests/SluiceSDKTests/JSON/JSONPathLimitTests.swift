import SluiceSDK
import Testing

/// Work stays in proportion to what was sent, and what would go beyond is a fault, not a shorter answer.
@Suite struct JSONPathLimitTests {
    private func root(_ text: String, maxDepth: Int = 64) throws -> JSONElement {
        try JSONDocument.parse(Array(text.utf8), maxDepth: maxDepth).root
    }

    private func expectLimit(_ path: String, _ root: JSONElement) throws {
        let path = try JSONPath(path)
        do throws(JSONFault) {
            let found = try path.nodes(in: root)
            Issue.record("\(path) found \(found.count)")
        } catch {
            #expect(error.code == "jsonpath.limit")
        }
    }

    @Test func descendantsOfDescendantsEnd() throws {
        let chain = String(repeating: "[1,", count: 60) + "1" + String(repeating: "]", count: 60)
        #expect(try JSONPath("$..*").nodes(in: root(chain)).count == 120)
        try expectLimit("$..*..*..*..*", root(chain))
        try expectLimit("$..[?@..[?@..[?@..[?@ == 2]]]]", root(chain))
    }

    @Test func unionsThatMultiplyEnd() throws {
        let nested = String(repeating: "[", count: 20) + "1" + String(repeating: "]", count: 20)
        try expectLimit("$" + String(repeating: "[0,0]", count: 20), root(nested))
        try expectLimit("$" + String(repeating: "[*,*]", count: 20), root(nested))
    }

    @Test func comparingEverythingWithEverythingEnds() throws {
        let rows = Array(repeating: #"{"a":{"x":[1,2,3]},"b":{"x":[1,2,3]}}"#, count: 2_000).joined(separator: ",")
        let list = try root("[\(rows)]")
        #expect(try JSONPath("$[?@.a == @.b]").nodes(in: list).count == 2_000)
        let long = Array(repeating: "1", count: 2_000).joined(separator: ",")
        let twice = try root(#"{"rows":[\#(long)],"x":[\#(long)],"y":[\#(long)]}"#)
        try expectLimit("$.rows[?$.x == $.y]", twice)
    }

    @Test func anAbsoluteQueryIsAnsweredOnce() throws {
        let rows = (0..<3_000).map { #"{"id":\#($0),"v":"x"}"# }.joined(separator: ",")
        let document = try root(#"{"rows":[\#(rows)],"chosen":[{"want":2999}]}"#)
        #expect(try JSONPath("$.rows[?@.id == value($..want)].id").nodes(in: document).map(\.integer) == [2_999])
        #expect(try JSONPath("$.rows[?count($..id) == 3000]").nodes(in: document).count == 3_000)
    }

    @Test func ordinaryFiltersOverALargeMessageStayWithin() throws {
        let rows = (0..<50_000).map { #"{"id":\#($0),"kind":"k\#($0 % 3)","tags":["a","b"]}"# }.joined(separator: ",")
        let document = try root(#"{"rows":[\#(rows)]}"#)
        let path = "$.rows[?@.kind == 'k1' && @.id >= 10 && @.tags[?@ == 'b'] && match(@.kind, 'k[0-9]') || @.id == 0]"
        #expect(try JSONPath(path).nodes(in: document).count == 1 + 16_667 - 3)
        #expect(try JSONPath("$..[?search(@, 'b') || match(@, 'a')]").nodes(in: document).count == 100_000)
    }

    @Test func aCatastrophicPatternIsNoMatchAndEnds() throws {
        let evil = String(repeating: "a", count: 60) + "!"
        for pattern in ["(a|aa)+", "(a*)*", "(a+)+", "(a|a)*", "([a-z]+)*", "(.*)*b"] {
            #expect(try JSONPath("$[?match(@, '\(pattern)')]").nodes(in: root(#"["\#(evil)"]"#)).isEmpty)
            #expect(
                try JSONPath("$.l[?match(@, $.p)]").nodes(in: root(#"{"l":["\#(evil)"],"p":"\#(pattern)"}"#)).isEmpty)
        }
        let many = Array(repeating: "\"\(evil)\"", count: 100).joined(separator: ",")
        try expectLimit("$[?match(@, '(a|aa)+')]", root("[\(many)]"))
    }

    @Test func aPatternOutOfTheDocumentIsBounded() throws {
        let deep = String(repeating: "(", count: 100_000)
        let wide = "((((x{99}){99}){99}){99}){99}"
        for pattern in [deep, wide, String(repeating: "a", count: 5_000), String(repeating: "a*", count: 2_000)] {
            #expect(try JSONPath("$[?match('aaaab', @)]").nodes(in: root(#"["\#(pattern)"]"#)).isEmpty)
        }
    }

    @Test func aRecordWhosePathTakesTooLongIsAtFault() throws {
        let chain = String(repeating: "[1,", count: 60) + "1" + String(repeating: "]", count: 60)
        let element = try root(chain)
        let record = JSONRecord(element, bytes: element.minified())
        let selector = try JSONRecord.selector("$..*..*..*..*")
        for attempt in [{ _ = try record.select(selector) }, { _ = try record.children(selector) }] {
            do {
                try attempt()
                Issue.record("no fault")
            } catch let fault as RecordFault {
                #expect(fault.code == "jsonpath.limit")
                #expect(fault.stage == .map)
                #expect(fault.selector == selector.text)
            }
        }
    }
}
