import SluiceSDK
import Testing

@testable import sluice_bench

/// What a program reads of a table must be what people read.
@Suite struct FiguresTests {
    @Test(arguments: [
        ("5407 / 5637", [5407, 5637]), ("4731 / 11,280", [4731, 11_280]), ("195, 130, 113", [195, 130, 113]),
        ("61,483, 18,371, 10,847", [61_483, 18_371, 10_847]), ("-0.12", [-0.12]), ("**71**", [71]),
        ("1,234,567", [1_234_567]),
    ])
    func aCellOfNumbersGivesThem(_ text: String, _ numbers: [Double]) {
        #expect(Figures.numbers(in: text) == numbers)
    }

    @Test(arguments: ["–", "", "SHA-256 of the same bytes", "the same rows through the sqlite3 C API", "5 / –"])
    func aCellOfWordsGivesNone(_ text: String) {
        #expect(Figures.numbers(in: text).isEmpty)
    }

    @Test func eachCellHasItsTextItsNumbersAndTheirUnit() throws {
        var table = Table(title: "T", columns: ["here", "records/s"])
        table.add("accept p50 / p99, ms", ["1.4 / 8.2", "–"])
        table.add("bytes kept for a record", unit: "bytes", ["5101", "11,280"])
        table.rows.append(("**parse**", ["simdjson", "90,000"]))
        var writer = JSONWriter(reserving: 256)
        table.write(to: &writer)
        #expect(
            String(decoding: writer.bytes, as: UTF8.self)
                == #"{"title":"T","columns":["here","records/s"],"rows":["#
                + #"{"name":"accept p50 / p99, ms","cells":[{"text":"1.4 / 8.2","numbers":[1.4,8.2],"unit":"ms"},{"text":"–"}]},"#
                + #"{"name":"bytes kept for a record","cells":[{"text":"5101","numbers":[5101.0],"unit":"bytes"},"#
                + #"{"text":"11,280","numbers":[11280.0],"unit":"bytes"}]},"#
                + #"{"name":"parse","cells":[{"text":"simdjson"},{"text":"90,000","numbers":[90000.0],"unit":"records/s"}]}],"#
                + #""notes":[]}"#)
    }
}
