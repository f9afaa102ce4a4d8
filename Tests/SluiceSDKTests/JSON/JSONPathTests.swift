import SluiceSDK
import Testing

@Suite struct JSONPathTests {
    private static let document = #"""
        {"name":"Li","a b":1,"中文":"名","list":[10,20,30,40,50],"rows":[{"id":1,"tags":["x","y"]},{"id":2},{"tags":[]}],
         "deep":{"id":9,"deep":{"id":8}},"nothing":null,"'":"apostrophe","\"":"quote","☺":"smile","":"empty","/":"slash"}
        """#

    private func select(_ path: String, in document: String = document) throws -> String {
        let root = try JSONDocument.parse(Array(document.utf8)).root
        let found = try JSONPath(path).nodes(in: root).map { String(decoding: $0.minified(), as: UTF8.self) }
        return found.joined(separator: " ")
    }

    @Test(arguments: [
        ("$.name", #""Li""#), ("$['name']", #""Li""#), ("$[\"name\"]", #""Li""#), ("$.missing", ""), ("$.name.x", ""),
        ("$['a b']", "1"), ("$.中文", #""名""#), (#"$['\u4e2d\u6587']"#, #""名""#), ("$['']", #""empty""#),
        (#"$['\'']"#, #""apostrophe""#), (#"$["\""]"#, #""quote""#), (#"$["'"]"#, #""apostrophe""#),
        (#"$['\/']"#, #""slash""#),
        ("$.☺", #""smile""#), ("$.nothing", "null"), ("$ .name", #""Li""#), ("$\n['name']", #""Li""#),
        ("$[ 'name' ]", #""Li""#),
        ("$.deep.deep.id", "8"),
    ])
    func namesSelectMembers(_ path: String, _ expected: String) throws {
        #expect(try select(path) == expected)
    }

    @Test(arguments: [
        ("$.list[0]", "10"), ("$.list[4]", "50"), ("$.list[5]", ""), ("$.list[-1]", "50"), ("$.list[-5]", "10"),
        ("$.list[-6]", ""), ("$.name[0]", ""), ("$.deep[0]", ""), ("$.rows[1].id", "2"),
        ("$.list[9007199254740991]", ""),
        ("$.list[ 1 ]", "20"), ("$.list[-9007199254740991]", ""),
    ])
    func indicesSelectElements(_ path: String, _ expected: String) throws {
        #expect(try select(path) == expected)
    }

    @Test(arguments: [
        ("[1:3]", "20 30"), ("[3:]", "40 50"), ("[:2]", "10 20"), ("[:]", "10 20 30 40 50"), ("[::2]", "10 30 50"),
        ("[-2:]", "40 50"), ("[:-2]", "10 20 30"), ("[::-1]", "50 40 30 20 10"), ("[3:1:-1]", "40 30"),
        ("[1:100:2]", "20 40"), ("[::0]", ""), ("[5:1]", ""), ("[-100:2]", "10 20"), ("[100::-2]", "50 30 10"),
        ("[ 1 : 4 : 2 ]", "20 40"), ("[1:3:]", "20 30"), ("[-1:-4:-1]", "50 40 30"),
        ("[:9007199254740991:9007199254740991]", "10"),
        ("[::-9007199254740991]", "50"),
    ])
    func slicesSelectElements(_ slice: String, _ expected: String) throws {
        #expect(try select("$.list" + slice) == expected)
    }

    @Test func aSliceOfSomethingElseSelectsNothing() throws {
        #expect(try select("$.deep[:]") == "")
        #expect(try select("$.name[::-1]") == "")
    }

    @Test(arguments: [
        ("$.list[*]", "10 20 30 40 50"), ("$.rows[*].id", "1 2"), ("$.deep.*", #"9 {"id":8}"#), ("$.name.*", ""),
        ("$.rows.*.tags[*]", #""x" "y""#), ("$.rows[0,1].id", "1 2"), ("$.list[0,0,-1]", "10 10 50"),
        ("$['name','missing','a b']", #""Li" 1"#), ("$.list[3:,0]", "40 50 10"), ("$.deep['id',*]", #"9 9 {"id":8}"#),
    ])
    func wildcardsAndUnionsSelectInOrder(_ path: String, _ expected: String) throws {
        #expect(try select(path) == expected)
    }

    @Test(arguments: [
        ("$..id", "1 2 9 8"), ("$.deep..id", "9 8"), ("$..['id']", "1 2 9 8"), ("$.rows..tags[0]", #""x""#),
        ("$.deep..*", #"9 {"id":8} 8"#), ("$.rows..[0]", #"{"id":1,"tags":["x","y"]} "x""#), ("$.deep..deep..id", "8"),
        ("$..missing", ""), ("$.rows..[1,0]", #"{"id":2} {"id":1,"tags":["x","y"]} "y" "x""#),
    ])
    func descendantsSelectInDocumentOrder(_ path: String, _ expected: String) throws {
        #expect(try select(path) == expected)
    }

    @Test func theRootAloneIsTheDocument() throws {
        #expect(try select("$", in: "[1]") == "[1]")
        #expect(try select("$", in: "7") == "7")
        #expect(try JSONPath("$").isSingular)
    }

    @Test func onlyNamesAndIndicesAreSingular() throws {
        #expect(try JSONPath("$.a['b'][0]").isSingular)
        for path in ["$.*", "$..a", "$[1:]", "$['a','b']"] { #expect(try !JSONPath(path).isSingular) }
    }

    @Test func aPathWorksOnAnElementInsideADocument() throws {
        let root = try JSONDocument.parse(Array(Self.document.utf8)).root
        let row = try #require(root["rows"]?[0])
        #expect(try JSONPath("$.id").first(in: row)?.integer == 1)
        #expect(try JSONPath("$.tags[*]").nodes(in: row).compactMap(\.string) == ["x", "y"])
        #expect(try JSONPath("$.tags[*]").first(in: row)?.string == "x")
    }

    @Test func aDeepDocumentIsWalked() throws {
        let depth = 1000
        let text = String(repeating: #"{"a":["#, count: depth) + "1" + String(repeating: "]}", count: depth)
        let root = try JSONDocument.parse(Array(text.utf8), maxDepth: 2 * depth).root
        #expect(try JSONPath("$..[?@ == 1]").nodes(in: root).count == 1)
        #expect(try JSONPath("$[?count(@..a) == 999]").nodes(in: root).count == 1)
    }

    @Test(arguments: [
        ("", 0), ("name", 0), (" $", 0), ("$ ", 1), ("$.", 2), ("$..", 3), ("$name", 1), ("$. name", 2), ("$.1a", 2),
        ("$[", 2), ("$[]", 2), ("$['a'", 5), ("$['a]", 2), ("$[a]", 2), ("$[01]", 2), ("$[-0]", 2), ("$[-01]", 2),
        ("$[-]", 3),
        ("$[1.0]", 3), ("$[1e2]", 3), ("$[9007199254740992]", 2), ("$[-9007199254740992]", 2), ("$[0,]", 4),
        ("$[,0]", 2),
        ("$[1:2:3:4]", 7), ("$[::01]", 4), ("$[:-0]", 3), (#"$['\x']"#, 3), (#"$['\"']"#, 3), (#"$["\'"]"#, 3),
        (#"$['\u12']"#, 7), (#"$['\ud800']"#, 3), (#"$['\ud800\u0041']"#, 3), (#"$['\udc00']"#, 3), ("$['a\tb']", 4),
        ("$...a", 3), ("$.a.", 4), ("$.&", 2), ("$['a'].['b']", 7), ("@.a", 0), ("$[1 2]", 4), ("$.a b", 4),
        ("$['é'x]", 5),
        ("$[99999999999999999999]", 2), ("$.-1", 2), ("$.a-b", 3), ("$[+1]", 2),
    ])
    func invalidPathsAreRefusedWithTheirPlace(_ path: String, _ offset: Int) {
        do throws(SelectorError) {
            _ = try JSONPath(path)
            Issue.record("\(path) was taken")
        } catch {
            #expect(error.code == "jsonpath.syntax")
            #expect(error.offset == offset, "\(error)")
        }
    }
}
