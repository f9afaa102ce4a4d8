import SluiceSDK
import Testing

/// Filters, by a table of our own: what a path finds, each value as its JSON.
@Suite struct JSONPathFilterTests {
    private static let document = #"""
        {"rows":[{"id":1,"kind":"complaint","tags":["x","y"],"done":true},{"id":2,"kind":"help","done":null},
                 {"id":3,"tags":[],"done":false}],
         "nums":[1,1.0,2,-0,10e-1,"1",9007199254740993,18446744073709551615],
         "texts":["a","b","B","","中","𐐷","ab"],
         "all":[1,"1",true,null,[1],{"a":1}],
         "same":[{"a":1,"b":[2,{"c":3}]},{"b":[2,{"c":3}],"a":1},{"a":1,"b":[2]},[1,2],[2,1],[1,2,3]],
         "pairs":[{"l":[1,2],"r":[1,2]},{"l":{"x":1},"r":{"x":1.0}},{"l":{"x":1},"r":{"y":1}},{"l":null},{}],
         "wanted":{"kind":"help"}}
        """#

    private func select(_ path: String) throws -> String {
        let root = try JSONDocument.parse(Array(Self.document.utf8)).root
        return try JSONPath(path).nodes(in: root).map { String(decoding: $0.minified(), as: UTF8.self) }
            .joined(separator: " ")
    }

    @Test(arguments: [
        ("$.rows[?@.tags].id", "1 3"), ("$.rows[?!@.tags].id", "2"), ("$.rows[?@.done].id", "1 2 3"),
        ("$.rows[?@.tags[0]].id", "1"), ("$.rows[?@.tags[*]].id", "1"), ("$.rows[?@['kind','tags']].id", "1 2 3"),
        ("$.rows[?$.wanted].id", "1 2 3"), ("$.rows[?$.missing].id", ""), ("$[?@.kind]", #"{"kind":"help"}"#),
        ("$.wanted[?@]", #""help""#), ("$.wanted.kind[?@]", ""), ("$.rows[0].tags[?@]", #""x" "y""#),
        ("$..[?@.kind].kind", #""help" "complaint" "help""#),
        ("$.rows[?@.id==3, 0].id", "3 1"), ("$.rows[?@.id==1, ?@.id==1].id", "1 1"),
    ])
    func existenceIsTested(_ path: String, _ expected: String) throws {
        #expect(try select(path) == expected)
    }

    @Test(arguments: [
        ("$.rows[?@.id == 1].id", "1"), ("$.rows[?@.id != 1].id", "2 3"), ("$.rows[?@.id < 2].id", "1"),
        ("$.rows[?@.id <= 2].id", "1 2"), ("$.rows[?@.id > 2].id", "3"), ("$.rows[?@.id >= 2].id", "2 3"),
        ("$.rows[?2 == @.id].id", "2"), ("$.rows[?2 < @.id].id", "3"), ("$.rows[?@.kind == 'help'].id", "2"),
        (#"$.rows[?@["kind"] == "help"].id"#, "2"), ("$.rows[?@.kind == $.wanted.kind].id", "2"),
        ("$.rows[?@.tags[1] == 'y'].id", "1"), ("$.rows[?@.done == true].id", "1"), ("$.rows[?@.done==false].id", "3"),
        ("$.rows[?@.done == null].id", "2"), ("$.rows[?@.kind != 'help'].id", "1 3"), ("$.rows[?1 == 1].id", "1 2 3"),
        ("$.rows[?'a' == \"a\"].id", "1 2 3"),
    ])
    func valuesAreCompared(_ path: String, _ expected: String) throws {
        #expect(try select(path) == expected)
    }

    @Test(arguments: [
        ("[?@ == 1]", "1 1.0 1.0"), ("[?@ == 1.0]", "1 1.0 1.0"), ("[?@ == 1e0]", "1 1.0 1.0"), ("[?@ == 0]", "0"),
        ("[?@ == -0]", "0"), ("[?@ == 10E-1]", "1 1.0 1.0"), ("[?@ == '1']", #""1""#), ("[?@ < 1]", "0"),
        ("[?@ == 9007199254740993]", "9007199254740993"), ("[?@ == 9007199254740992]", ""),
        ("[?@ > 9007199254740992]", "9007199254740993 18446744073709551615"),
        ("[?@ > 9007199254740992.0]", "9007199254740993 18446744073709551615"),
        ("[?@ == 18446744073709551615]", "18446744073709551615"),
        ("[?@ > 9223372036854775807]", "18446744073709551615"),
        ("[?@ >= 1e400]", ""), ("[?@ <= 1e400]", "1 1.0 2 0 1.0 9007199254740993 18446744073709551615"),
        ("[?@ < -1e400]", ""), ("[?@ < 1.5]", "1 1.0 0 1.0"),
        ("[?@ > -0.5]", "1 1.0 2 0 1.0 9007199254740993 18446744073709551615"),
    ])
    func numbersAreComparedByTheirValueToTheLastDigit(_ filter: String, _ expected: String) throws {
        #expect(try select("$.nums" + filter) == expected)
    }

    @Test(arguments: [
        ("[?@ > 'a']", #""b" "中" "𐐷" "ab""#), ("[?@ < 'a']", #""B" """#), ("[?@ <= 'a']", #""a" "B" """#),
        ("[?@ >= '中']", #""中" "𐐷""#), ("[?@ > '\\uffff']", #""𐐷""#), ("[?@ < 'ab']", #""a" "B" """#),
        ("[?@ < 1]", ""), ("[?@ > 1]", ""), (#"[?@ == '\u4e2d']"#, #""中""#),
    ])
    func textsAreOrderedByTheirCharacters(_ filter: String, _ expected: String) throws {
        let filter = filter.replacing("\\\\u", with: "\\u")
        #expect(try select("$.texts" + filter) == expected)
    }

    @Test(arguments: [
        ("[?@ <= true]", "true"), ("[?@ < true]", ""), ("[?@ >= null]", "null"), ("[?@ > null]", ""),
        ("[?@ == true]", "true"),
        ("[?@ == 1]", "1"), ("[?@ == '1']", #""1""#), ("[?@ == null]", "null"), ("[?@ <= $.all[4]]", "[1]"),
        ("[?@ < $.all[4]]", ""), ("[?@ == @]", #"1 "1" true null [1] {"a":1}"#), ("[?@ != @]", ""), ("[?@ < @]", ""),
        ("[?@ <= @]", #"1 "1" true null [1] {"a":1}"#),
    ])
    func thereIsNoOrderBetweenKinds(_ filter: String, _ expected: String) throws {
        #expect(try select("$.all" + filter) == expected)
    }

    @Test(arguments: [
        ("$.same[?@ == $.same[0]].a", "1 1"), ("$.same[?@ == $.same[3]]", "[1,2]"),
        ("$.same[?@ != $.same[3]][1]", "1 2"),
        ("$.pairs[?@.l == @.r].l", #"[1,2] {"x":1}"#), ("$.pairs[?@.l != @.r].l", #"{"x":1} null"#),
        ("$.pairs[?@.l == null]", #"{"l":null}"#), ("$.pairs[?@.r == @.nothing]", #"{"l":null} {}"#),
        ("$.pairs[?@.r <= @.nothing]", #"{"l":null} {}"#), ("$.pairs[?@.r < @.nothing]", ""),
        ("$.pairs[?@.l == @.nothing]", "{}"), ("$.pairs[?@.nothing == null]", ""),
    ])
    func arraysObjectsAndNothingAreComparedByContent(_ path: String, _ expected: String) throws {
        #expect(try select(path) == expected)
    }

    @Test func objectsWithOneKeyTwiceAreEqualToThemselvesOnly() throws {
        let root = try JSONDocument.parse(Array(#"[{"a":1,"a":2},{"a":1,"a":2},{"a":1},{"a":1,"b":2}]"#.utf8)).root
        #expect(try JSONPath("$[?@ == $[0]]").nodes(in: root).count == 2)
    }

    @Test(arguments: [
        ("@.id == 1 || @.id == 2 && @.kind == 'none'", "1"), ("(@.id == 1 || @.id == 2) && @.kind == 'help'", "2"),
        ("@.id == 1 && @.tags || @.id == 3", "1 3"), ("!(@.id == 1)", "2 3"), ("!(@.id == 1 || @.id == 2)", "3"),
        ("!@.kind", "3"), ("! @.kind", "3"), ("!(!@.kind)", "1 2"), ("((@.id))", "1 2 3"),
        ("@.id>1&&@.id<3", "2"), ("@.id == 1\n||\t@.id == 3", "1 3"), ("( @.id == 1 )", "1"),
        ("@.id == 1 || @.id == 2 || @.id == 3", "1 2 3"), ("@.id > 0 && @.id > 1 && @.id > 2", "3"),
        ("@ .id == 1", "1"),
    ])
    func logicBindsAsInOtherLanguages(_ filter: String, _ expected: String) throws {
        #expect(try select("$.rows[?\(filter)].id") == expected)
    }

    @Test(arguments: [
        ("$.rows[?@.tags[?@ == 'y']].id", "1"), ("$[?@[?@.id == 2]][1].id", "2"),
        ("$.rows[?@[?@ == $.wanted.kind]].id", "2"), ("$.rows[?$.rows[?@.id == 3]].id", "1 2 3"),
        ("$.rows[?count($.rows[?@.tags]) == 2].id", "1 2 3"), ("$.rows[?!@.tags[?@ == 'x']].id", "2 3"),
    ])
    func filtersStandInFilters(_ path: String, _ expected: String) throws {
        #expect(try select(path) == expected)
    }

    @Test func theRootInAFilterIsTheElementThatWasAsked() throws {
        let root = try JSONDocument.parse(Array(#"{"x":9,"row":{"x":1,"list":[1,9]}}"#.utf8)).root
        let row = try #require(root["row"])
        #expect(try JSONPath("$.list[?@ == $.x]").nodes(in: row).map(\.integer) == [1])
        #expect(try JSONPath("$.list[?@ == $.x]").first(in: row)?.integer == 1)
        #expect(try JSONPath("$.list[?@ > 0]").nodes(in: row, atMost: 1).map(\.integer) == [1])
    }

    @Test func aFilterThatFindsNothingHasFoundAnEmptyList() throws {
        let root = try JSONDocument.parse(Array(Self.document.utf8)).root
        #expect(try JSONPath("$.rows[?@.id == 9]").findsEmptyList(in: root))
        #expect(try JSONPath("$.rows[?@.id == 9].id").findsEmptyList(in: root))
        #expect(try !JSONPath("$.nothing[?@.id == 9]").findsEmptyList(in: root))
    }
}
