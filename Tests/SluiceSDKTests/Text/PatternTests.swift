import SluiceSDK
import Testing

@testable import struct SluiceSDK.IRegexp

@Suite struct JSONPathPatternTests {
    private func isMatch(_ pattern: String, _ text: String, _ extent: IRegexp.Extent = .whole) throws -> Bool? {
        let compiled = try IRegexp(pattern, extent).pattern
        return Array(text.utf8).withUnsafeBufferPointer { compiled.matches($0).isMatch }
    }

    @Test(arguments: [
        ("", "", true), ("", "a", false), ("abc", "abc", true), ("abc", "abcd", false), ("abc", "abc\n", false),
        ("a.c", "a\nc", false),
        ("a.c", "a\rc", false), ("a.c", "a\u{85}c", true), ("a|b", "b", true), ("ab|", "", true),
        ("(ab)+", "abab", true),
        ("a{2}", "aa", true), ("a{2,}", "aaa", true), ("a{2,3}", "aaaa", false), ("[a-c]+", "abc", true),
        ("[^a-c]+", "abc", false),
        ("[-a]+", "-a", true), ("[a-]+", "-a", true), ("[.]", "x", false), ("[^^]", "^", false),
        (#"[\]\[\-\\]+"#, #"[]-\"#, true),
        (#"\(\)\*\+\-\.\?\[\\\]\^\{\|\}"#, #"()*+-.?[\]^{|}"#, true), (#"\n\r\t"#, "\n\r\t", true),
        (#"\p{Lu}\P{Lu}"#, "Aa", true),
        (#"[\p{L}0-9]+"#, "中9", true), (#"[^\p{L}]"#, "中", false), ("中+", "中中", true), ("𐐷{2}", "𐐷𐐷", true),
        ("[𐐀-𐑏]", "𐐷", true),
        (##"a#b "c"~`%&@/:;<=>_'!,"##, ##"a#b "c"~`%&@/:;<=>_'!,"##, true), ("a-b", "a-b", true), ("^ab$", "ab", true),
        ("x^*y", "xy", true), ("a$b", "a$b", false), ("[$]", "$", true),
        ("(?#", "", nil), ("AB", "ab", false), ("[é]", "é", true),
    ])
    func whatTheStandardSaysMatches(_ pattern: String, _ text: String, _ expected: Bool?) throws {
        guard let expected else {
            #expect(throws: SelectorError.self) { try isMatch(pattern, text) }
            return
        }
        #expect(try isMatch(pattern, text) == expected)
        if expected { #expect(try isMatch(pattern, "-\(text)-", .part) == !"^$".contains(pattern.first ?? "x")) }
    }

    @Test(arguments: [
        #"\d"#, #"\w"#, #"\s"#, #"\b"#, #"\1"#, #"\Q"#, #"\$"#, #"\u0041"#, #"\"#, "a**", "a+?", "a*+", "a{2}{3}", "*",
        "+a", "?", "{2}", "a|*",
        "(", ")", "(a", "a)", "(?:a)", "(?=a)", "(*ACCEPT)", "[", "[]", "[a", "]", "}", "[z-a]", "[a-z-9]", "[--a]",
        "[a--]", "[[:alpha:]]",
        "[a-\\p{L}]", "a{", "a{,2}", "a{2", "a{x}", "a{3,2}", "a{99999}", #"\p{Foo}"#, #"\p{Lx}"#, #"\p{LC}"#, #"\pL"#,
        #"\p{"#, #"\p{Cs}"#,
    ])
    func whatOtherDialectsKnowIsRefused(_ pattern: String) {
        #expect(throws: SelectorError.self) { try IRegexp(pattern, .part) }
    }

    @Test func aShorthandOfOtherDialectsIsAnsweredWithWhatToWrite() {
        #expect(
            throws: SelectorError(
                "regexp.syntax", #"there is no '\d'; write [0-9], at character 1 of the pattern"#, offset: 1)
        ) {
            try IRegexp(#"x\d"#, .whole)
        }
        #expect(
            throws: SelectorError(
                "regexp.syntax", #"there is no '\w'; write a-zA-Z0-9_, at character 1 of the pattern"#, offset: 1)
        ) {
            try IRegexp(#"[\w]"#, .whole)
        }
    }

    @Test func onePatternIsBoundedOverTheWholeText() throws {
        // Each run of letters stays within what a single place may cost; all of them together took seconds.
        let text = String(repeating: String(repeating: "a", count: 22) + "!", count: 2_500)
        #expect(try Pattern("(?:a|aa)+$").firstMatch(in: text) == .overLimit)
        #expect(try isMatch("(a|aa)+$", text, .part) == nil)
    }

    @Test func aLongTextIsMatchedByAnOrdinaryPattern() throws {
        let text = String(repeating: "line of text, ", count: 4_000) + "13812345678"
        #expect(try Pattern("(\\d{11})").firstMatch(in: text) == .found("13812345678"))
        #expect(try isMatch("[0-9]{11}", text, .part) == true)
        #expect(try isMatch(".*[0-9]", text) == true)
        #expect(try isMatch("([a-z]+ ?,? ?)*[0-9]+", text) == true)
    }

    @Test func ofAPatternWithAGroupTheGroupIsFound() throws {
        #expect(try Pattern("a(.)c").firstMatch(in: "xabc") == .found("b"))
        #expect(try Pattern("a(.)?c").firstMatch(in: "ac") == .found("ac"))
        #expect(try Pattern("b").firstMatch(in: "ac") == Pattern.Outcome.none)
        #expect(try Pattern("").firstMatch(in: "") == .found(""))
        #expect(throws: Pattern.SyntaxError.self) { try Pattern("(") }
    }
}
