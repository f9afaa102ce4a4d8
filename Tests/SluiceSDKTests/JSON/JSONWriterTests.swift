import SluiceSDK
import Testing

@Suite struct JSONWriterTests {
    @Test func everyTextComesBack() throws {
        var texts = (UInt32(0)..<0x300).compactMap { Unicode.Scalar($0).map { "a\($0)b" } }
        texts += ["", "\"\\/", "中文😀", "\u{2028}", "line\r\nbreak"]
        var writer = JSONWriter()
        writer.beginArray()
        for text in texts { writer.string(text) }
        writer.endArray()
        let root = try JSONDocument.parse(writer.bytes).root
        for (index, text) in texts.enumerated() {
            #expect(root[index]?.string.map { Array($0.utf8) } == Array(text.utf8))
        }
    }

    @Test func commasStandWhereTheyBelong() {
        var writer = JSONWriter()
        writer.beginObject()
        writer.field("a", 1)
        writer.field("none", String?.none)
        writer.field("l", ["x", "y"])
        writer.key("o")
        writer.beginObject()
        writer.endObject()
        writer.key("e")
        writer.beginArray()
        writer.endArray()
        writer.field("t", true)
        writer.key("z")
        writer.null()
        writer.endObject()
        #expect(writer.text == #"{"a":1,"l":["x","y"],"o":{},"e":[],"t":true,"z":null}"#)
    }

    @Test func numbersAreJSON() throws {
        for number in [0, 1.5, -2.25e-9, 1e21, 1e300, .leastNonzeroMagnitude, .greatestFiniteMagnitude, 117.123456789] {
            var writer = JSONWriter()
            writer.number(number)
            #expect(JSONNumber.isValid(writer.text))
            #expect(try JSONDocument.parse(writer.bytes).root.number == number)
        }
        var writer = JSONWriter()
        writer.number(.nan)
        #expect(writer.text == "null")
    }
}
