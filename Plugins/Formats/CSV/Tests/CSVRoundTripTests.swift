import CSVFormat
import SluiceSDK
import SluiceTesting
import Testing

/// Tables written by RFC 4180's rules come back as they were, whatever stands in their cells.
@Suite struct CSVRoundTripTests {
    private struct Numbers: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ state >> 31
        }
    }

    private static let pieces = ["", "a", "中", "\"", "\"\"", ",", ";", "\n", "\r\n", "\r", " ", "'", "=1", "😀", "\t"]

    private func cell(_ numbers: inout Numbers) -> String {
        (0..<Int.random(in: 0...4, using: &numbers)).map { _ in Self.pieces.randomElement(using: &numbers) ?? "" }
            .joined()
    }

    private func written(_ cell: String, _ numbers: inout Numbers) -> String {
        let mustQuote = cell.unicodeScalars.contains { ["\"", ",", "\n", "\r"].contains($0) }
        guard mustQuote || Bool.random(using: &numbers) else { return cell }
        var quoted = ""
        for scalar in cell.unicodeScalars { quoted += scalar == "\"" ? "\"\"" : String(scalar) }
        return "\"" + quoted + "\""
    }

    @Test(arguments: [UInt64](1...40)) func whatWasWrittenIsRead(_ seed: UInt64) throws {
        var numbers = Numbers(state: seed)
        let columns = Int.random(in: 1...6, using: &numbers)
        let rows = (0..<30).map { _ in (0..<columns).map { _ in cell(&numbers) } }
        let lineBreak = ["\n", "\r\n", "\r"][Int(seed % 3)]
        var text = (1...columns).map { "c\($0)" }.joined(separator: ",") + lineBreak
        for row in rows { text += row.map { written($0, &numbers) }.joined(separator: ",") + lineBreak }
        let format = try CSVFormat(Config([:], spec: CSVFormat.spec.config))
        let run = try FormatRun(format, text, selecting: (1...columns).map { "c\($0)" })
        let expected = rows.filter { $0.contains { !$0.isEmpty } }
        #expect(run.faults.isEmpty)
        #expect(run.rows.map { $0.map { "\($0)" } } == expected.map { $0.map { "\(SelectedValue.text($0))" } })
    }
}
