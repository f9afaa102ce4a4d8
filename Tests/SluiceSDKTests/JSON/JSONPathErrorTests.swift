import SluiceSDK
import Testing

/// Every mistake in a filter is named with its place and with what to write.
@Suite struct JSONPathErrorTests {
    @Test(arguments: [
        ("$[?]", 3, "a query"), ("$[?@.a ==]", 9, "a query"), ("$[?@.a == ]", 10, "a query"), ("$[?(@.a]", 7, "')'"),
        ("$[?@.a)]", 6, "',' or ']'"), ("$[?@.a", 6, "',' or ']'"), ("$[?@.a = 1]", 7, "'=='"),
        ("$[?@.a =~ 'x']", 7, "match("),
        ("$[?@.a === 1]", 9, "a query"), ("$[?@.a & @.b]", 7, "'&&'"), ("$[?@.a | @.b]", 7, "'||'"),
        ("$[?@.a and @.b]", 7, "'&&'"), ("$[?@.a OR @.b]", 7, "'||'"), ("$[?not @.a]", 3, "'!'"),
        ("$[?@.a in 'x']", 7, "'||'"),
        ("$[?a == 1]", 3, "@.a"), ("$[?@.a == b]", 10, "@.b"), ("$[?@.a == True]", 10, "'true'"),
        ("$[?NULL == @.a]", 3, "'null'"),
        ("$[?true]", 3, "compare it"), ("$[?'a']", 3, "compare it"), ("$[?1 && @.a]", 3, "compare it"),
        ("$[?@.a == 1 || 2]", 15, "compare it"), ("$[?!1]", 4, "compare it"), ("$[?!@.a == 1]", 3, "!(…)"),
        ("$[?(@.a) == 1]", 3, "compare inside"),
        ("$[?@.a == (1)]", 10, "a query"), ("$[?@.a == 1 == 2]", 12, "'&&'"), ("$[?1 < @.a < 2]", 11, "'&&'"),
        ("$[?!!@.a]", 4, "a query"),
        ("$[?@.a == 01]", 10, "leading zeros"), ("$[?@.a == 1.]", 12, "digit"), ("$[?@.a == 1e]", 12, "digit"),
        ("$[?@.a == -]", 11, "digit"),
        ("$[?@.a == .5]", 10, "a query"), ("$[?@.a == +1]", 10, "a query"), ("$[?@.a == 'x]", 10, "quote"),
        ("$[?@.a == 'x\\d']", 12, "escape"),
        ("$[?count (@.*) == 1]", 8, "white space"),
        ("$[?length(@.a == 1]", 18, "')'"),
        ("$[?@.a > 1 && ]", 14, "a query"), ("$[?@..]", 6, "a name"), ("$[?@.]", 5, "a name"),
        ("$[? $. a]", 6, "a name"),
        ("$.rows.length()", 7, "filters only"), ("length($.rows)", 0, "filters only"),
        ("$[count($.rows)]", 2, "filters only"),
        ("$[?@.a == 1 + 1]", 12, "was expected"), ("$[?@.a, ?]", 9, "a query"), ("$[?@a]", 4, "was expected"),
        ("$?@.a", 1, "was expected"),
        ("$[?@.a == 1,]", 12, "quoted name"), ("$.[?@.a]", 2, "a name"),
    ])
    func mistakesOfTheGrammarAreNamed(_ path: String, _ offset: Int, _ hint: String) {
        expect(path, "jsonpath.syntax", offset, hint)
    }

    @Test(arguments: [
        ("$[?@.* == 1]", 3, "several values"), ("$[?count(@.* == 1) == 1]", 9, "several values"),
        ("$[?1 == @..a]", 8, "several values"),
        ("$[?@[0,1] == 1]", 3, "several values"),
        ("$[?@[0:1] == 1]", 3, "several values"), ("$[?@[?@.a] == 1]", 3, "several values"),
        ("$[?length(@.*) == 1]", 10, "several values"),
        ("$[?length(@.a)]", 3, "compare it"), ("$[?count(@.a)]", 3, "compare it"), ("$[?value(@.a)]", 3, "compare it"),
        ("$[?!length(@.a)]", 4, "compare it"), ("$[?match(@.a, 'a') == true]", 3, "without comparison"),
        ("$[?true == search(@.a, 'a')]", 11, "without comparison"),
        ("$[?length(match(@.a, 'a')) == 1]", 10, "without comparison"),
        ("$[?length() == 1]", 3, "one argument"), ("$[?length(@.a, @.b) == 1]", 3, "one argument"),
        ("$[?match(@.a)]", 3, "two arguments"),
        ("$[?search(@.a, 'a', 'b')]", 3, "two arguments"), ("$[?count() == 1]", 3, "one argument"),
        ("$[?value(@.a, @.b) == 1]", 3, "one argument"),
        ("$[?count(1) == 1]", 9, "takes a query"), ("$[?count('a') == 1]", 9, "takes a query"),
        ("$[?value(length(@.a)) == 1]", 9, "takes a query"),
        ("$[?count(@.a == 1) == 1]", 9, "takes a query"), ("$[?length((@.a)) == 1]", 10, "not a test"),
        ("$[?match(@.a && @.b, 'a')]", 9, "not a test"),
        ("$[?match(@.*, 'a')]", 9, "several values"), ("$[?match(@.a, @.*)]", 14, "several values"),
        ("$[?lenght(@.a) == 1]", 3, "did you mean length()?"), ("$[?contains(@.a, 'x')]", 3, "search()"),
    ])
    func mistakesOfTypesAreNamed(_ path: String, _ offset: Int, _ hint: String) {
        expect(path, "jsonpath.type", offset, hint)
    }

    @Test func nestingHasAnEnd() throws {
        func nested(_ depth: Int) -> String {
            "$[?" + String(repeating: "(", count: depth) + "@" + String(repeating: ")", count: depth) + "]"
        }
        #expect(throws: Never.self) { try JSONPath(nested(31)) }
        expect(nested(32), "jsonpath.syntax", 34, "more than 32")
        expect(String(repeating: "$[?", count: 100_000), "jsonpath.syntax", 98, "more than 32")
        expect("$[?" + String(repeating: "length(", count: 100_000), "jsonpath.syntax", 226, "more than 32")
    }

    @Test func noIndexIsTooLargeToRefuse() {
        expect("$[-9223372036854775808]", "jsonpath.syntax", 2, "out of range")
    }

    private func expect(_ path: String, _ code: String, _ offset: Int, _ hint: String) {
        let shown = path.prefix(60)
        do throws(SelectorError) {
            _ = try JSONPath(path)
            Issue.record("\(shown) was taken")
        } catch {
            #expect(error.code == code, "\(shown) \(error)")
            #expect(error.offset == offset, "\(shown) \(error)")
            #expect(error.reason.contains(hint), "\(shown) \(error)")
            #expect(error.reason.hasSuffix("at character \(offset)"), "\(shown) \(error)")
        }
    }
}
