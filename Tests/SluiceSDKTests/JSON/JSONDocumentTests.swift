import SluiceSDK
import Testing

@Suite struct JSONDocumentTests {
    private func parse(_ text: String, maxDepth: Int = 64) throws -> JSONElement {
        try JSONDocument.parse(Array(text.utf8), maxDepth: maxDepth).root
    }

    private func fault(_ bytes: [UInt8], maxDepth: Int = 64) -> JSONFault? {
        do throws(JSONFault) {
            _ = try JSONDocument.parse(bytes, maxDepth: maxDepth)
            return nil
        } catch { return error }
    }

    private func fault(_ text: String, maxDepth: Int = 64) -> JSONFault? {
        fault(Array(text.utf8), maxDepth: maxDepth)
    }

    @Test func valuesOfEveryKindAreRead() throws {
        let root = try parse(
            #"{"s":"a\n“中”","i":-7,"u":18446744073709551615,"d":2.5,"t":true,"f":false,"n":null,"a":[1],"o":{}}"#)
        #expect(root.kind == .object)
        #expect(root["s"]?.string == "a\n“中”")
        #expect(root["i"]?.integer == -7)
        #expect(root["u"]?.integer == nil)
        #expect(root["u"]?.numberText == "18446744073709551615")
        #expect(root["d"]?.number == 2.5)
        #expect(root["d"]?.integer == nil)
        #expect(root["t"]?.boolean == true)
        #expect(root["f"]?.boolean == false)
        #expect(root["n"]?.isNull == true)
        #expect(root["a"]?[0]?.integer == 1)
        #expect(root["a"]?[1] == nil)
        #expect(root["o"]?.count == 0)
        #expect(root["missing"] == nil)
        #expect(root["s"]?["x"] == nil)
        #expect(root.count == 9)
    }

    @Test func aScalarMayBeTheDocument() throws {
        #expect(try parse(" 42 ").integer == 42)
        #expect(try parse(#""x""#).string == "x")
    }

    @Test func wholeNumbersKeepEveryDigit() throws {
        #expect(try parse("9007199254740993").numberText == "9007199254740993")
        #expect(try parse("-9223372036854775808").numberText == "-9223372036854775808")
        #expect(try parse("0.1").numberText == "0.1")
    }

    @Test func minifiedKeepsTheOrderAndDropsWhiteSpace() throws {
        let root = try parse(#" { "b" : [ 1 , 2.50 , "x\u0001\"" ] , "a" : { "n" : null } , "é" : true } "#)
        #expect(
            String(decoding: root.minified(), as: UTF8.self) == #"{"b":[1,2.5,"x\u0001\""],"a":{"n":null},"é":true}"#)
        #expect(String(decoding: root["b"]!.minified(), as: UTF8.self) == #"[1,2.5,"x\u0001\""]"#)
    }

    @Test func aKeyThatStandsTwiceIsFoundFirstAndIteratedTwice() throws {
        let root = try parse(#"{"a":1,"a":2}"#)
        #expect(root["a"]?.integer == 1)
        var seen: [Int] = []
        root.forEachMember { _, value in seen.append(value.integer ?? 0) }
        #expect(seen == [1, 2])
    }

    @Test func anElementKeepsItsDocumentAlive() throws {
        var element: JSONElement?
        do { element = try parse(#"{"a":["kept"]}"#)["a"]?[0] }
        #expect(element?.string == "kept")
    }

    @Test func aByteOrderMarkIsSkipped() throws {
        #expect(try JSONDocument.parse([0xEF, 0xBB, 0xBF] + Array("[1]".utf8)).root[0]?.integer == 1)
        #expect(fault([0xEF, 0xBB, 0xBF] + Array("[1 x".utf8))?.offset == 6)
    }

    @Test func depthIsCountedExactly() throws {
        let nested = { (depth: Int) in
            String(repeating: "[", count: depth) + "1" + String(repeating: "]", count: depth)
        }
        #expect(try parse(nested(5), maxDepth: 5).kind == .array)
        #expect(
            fault(nested(6), maxDepth: 5)
                == JSONFault("json.depth", "objects and arrays are nested deeper than 5 levels", offset: 5))
        #expect(fault(nested(100_000))?.code == "json.depth")
        #expect(fault(String(repeating: #"{"a":"#, count: 100_000))?.code == "json.depth")
        // A shallow limit of one document does not stay for the next one on the same thread.
        #expect(try parse(nested(64)).kind == .array)
    }

    @Test(
        arguments: [
            ("", "json.empty", nil), ("  \n", "json.empty", nil),
            ("{\"a\":1", "json.truncated", 6), ("[1,", "json.truncated", 3), ("\"abc", "json.truncated", 4),
            ("{\"a\" 1}", "json.syntax", 5), ("[1 2]", "json.syntax", 3), ("[1,]", "json.syntax", 3),
            ("{a:1}", "json.syntax", 1), ("{\"a\":1,}", "json.syntax", 7), ("[01]", "json.syntax", 2),
            ("[1] x", "json.syntax", 4), ("[nul]", "json.syntax", 4), ("[\"\\x\"]", "json.syntax", 2),
            ("[\"a\tb\"]", "json.syntax", 3), ("[+1]", "json.syntax", 1), ("[1.]", "json.syntax", 3),
            ("]", "json.syntax", 0),
            ("[\"\\u12G4\"]", "json.syntax", 6), ("[1}", "json.syntax", 2), ("{\"a\":1]", "json.syntax", 6),
        ] as [(String, String, Int?)])
    func invalidDocumentsAreRefusedWithTheirPlace(_ text: String, _ code: String, _ offset: Int?) {
        let found = fault(text)
        #expect(found?.code == code)
        #expect(found?.offset == offset)
    }

    @Test func aReasonNeverQuotesTheBytes() {
        #expect(fault(#"{"name": "Zhang San" "phone"}"#)?.description.contains("Zhang") == false)
    }

    @Test func largeDocumentsFollowedBySmallOnesAreRead() throws {
        let large = "[" + (0..<300_000).map(String.init).joined(separator: ",") + "]"
        #expect(try parse(large).count == 300_000)
        #expect(try parse("[1]").count == 1)
        #expect(try parse(large)[299_999]?.integer == 299_999)
    }

    @Test func documentsAreParsedAndReadOnManyThreadsAtOnce() async throws {
        let shared = try parse(#"{"shared":["a","b"]}"#)
        let sums = try await withThrowingTaskGroup(of: Int.self) { group in
            for task in 0..<16 {
                group.addTask {
                    var sum = 0
                    for round in 1...200 {
                        let text = "[" + (0..<round).map { "\($0 + task)" }.joined(separator: ",") + "]"
                        let root = try JSONDocument.parse(Array(text.utf8), maxDepth: 1 + round % 3).root
                        root.forEachElement { sum += ($0.integer ?? -1) - task }
                        if shared["shared"]?[1]?.string != "b" { sum = -1 }
                    }
                    return sum
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(sums == Array(repeating: (1...200).reduce(0) { $0 + $1 * ($1 - 1) / 2 }, count: 16))
    }
}
