import SluiceSDK
import Testing

@Suite struct JSONPathFunctionTests {
    private static let document = #"""
        {"rows":[{"n":"中文a","l":[1,2,3],"o":{"a":1,"b":2},"k":"r-1"},{"n":"","l":[],"o":{},"k":"R-2"},{"n":5,"k":"x r-3"}],
         "pattern":"r-[0-9]","bad":"r-\\d","deep":{"only":{"key":7}},
         "lines":["ab","a\nb","a\rb","a\u2028b","a𐐷b"]}
        """#

    private func select(_ path: String) throws -> String {
        let root = try JSONDocument.parse(Array(Self.document.utf8)).root
        return try JSONPath(path).nodes(in: root).map { String(decoding: $0.minified(), as: UTF8.self) }
            .joined(separator: " ")
    }

    @Test(arguments: [
        ("length(@.n) == 3", "1"), ("length(@.n) == 0", "2"), ("length(@.l) == 3", "1"), ("length(@.o) == 2", "1"),
        ("length(@.l) == 0", "2"), ("length(@.missing) == 0", ""), ("length(@.n) >= 0", "1 2"),
        ("length('中文') == 2", "1 2 3"), ("length('𐐷') == 1", "1 2 3"), ("length(1) == @.missing", "1 2 3"),
        ("length(value(@.l)) == 3", "1"), ("length(@) == 4", "1 2"), ("length(@.n) < length(@.k)", "2"),
        ("count(@.*) == 2", "3"), ("count(@.l[*]) == 3", "1"), ("count(@..*) > 6", "1"),
        ("count($.rows) == 1", "1 2 3"),
        ("count(@.missing) == 0", "1 2 3"), ("count(@['n','n']) == 2", "1 2 3"), ("count(@.l[?@ > 1]) == 2", "1"),
        ("value(@.l[2]) == 3", "1"), ("value($..only.key) == 7", "1 2 3"), ("value(@.l[*]) == 1", ""),
        ("value(@..a) == 1", "1"), ("value(@.missing) == @.nothing", "1 2 3"), ("count( @.* ) == 2", "3"),
    ])
    func valuesAreCounted(_ filter: String, _ expected: String) throws {
        let rows = try expected.split(separator: " ").map { try select("$.rows[\((Int($0) ?? 0) - 1)].k") }
        #expect(try select("$.rows[?\(filter)].k") == rows.joined(separator: " "))
    }

    @Test(arguments: [
        ("match(@.k, 'r-.')", #""r-1""#), ("search(@.k, 'r-.')", #""r-1" "x r-3""#), ("!search(@.k, 'r-.')", #""R-2""#),
        ("match(@.k, '[rR]-[0-9]')", #""r-1" "R-2""#), ("match(@.k, $.pattern)", #""r-1""#),
        ("search(@.k, $.pattern)", #""r-1" "x r-3""#), ("search(@.k, $.bad)", ""), ("search(@.k, $.missing)", ""),
        ("search(@.missing, '.*')", ""), ("search(@.n, '5')", ""), ("match(@.k, 1)", ""),
        ("match('abc', 'a.c')", #""r-1" "R-2" "x r-3""#),
        ("match(@.k, 'r-1|R-2')", #""r-1" "R-2""#), ("search(@.n, '\\\\p{L}')", #""r-1""#),
        ("match(@.n, '')", #""R-2""#),
        ("search(@.k, '\\\\d')", ""), ("!search(@.k, '\\\\d')", #""r-1" "R-2" "x r-3""#),
        ("match(@.k, value($..only.nothing))", ""), ("search(@.k, '^r')", #""r-1""#),
        ("search(@.k, '3$')", #""x r-3""#),
    ])
    func textsAreMatched(_ filter: String, _ expected: String) throws {
        #expect(try select("$.rows[?\(filter)].k") == expected)
    }

    @Test func aDotIsAnyCharacterButALineBreak() throws {
        let expected = "\"a\u{2028}b\" \"a𐐷b\""
        #expect(try select("$.lines[?match(@, 'a.b')]") == expected)
    }

    @Test func aPatternThatCanNeverMatchIsRefusedInAConfiguration() throws {
        #expect(try JSONPath("$[?match(@.a, '[0-9]+')]").remarks.isEmpty)
        let path = #"$[?match(@.a, '\\d+')]"#
        #expect(try JSONPath(path).remarks.map(\.code) == ["jsonpath.pattern"])
        do throws(SelectorError) {
            _ = try JSONPath(configured: path)
            Issue.record("\(path) was taken")
        } catch {
            #expect(error.code == "jsonpath.pattern")
            #expect(error.offset == 14)
            #expect(error.reason.contains("write [0-9]"))
        }
    }
}
