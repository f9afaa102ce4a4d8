import Foundation
import GRDB
import SluiceSDK

/// Numbers that exist nowhere else, and the search for them.
enum Canary {
    /// Where a number was planted.
    enum Place: Sendable {
        case requester, text
    }

    static func phone(_ number: Int, _ place: Place) -> String {
        String((place == .requester ? 13_900_000_000 : 13_800_000_000) + number)
    }

    static func card(_ number: Int, _ place: Place) -> String {
        String((place == .requester ? 370_402_198_001_010_000 : 370_402_199_001_010_000) + number)
    }

    /// Every hundredth asks for a person, whom the relay's rule sends it to.
    static func record(_ number: Int) -> String {
        let text =
            "我的电话\(phone(number, .text))，身份证\(card(number, .text))，路灯不亮" + (number % 100 == 0 ? "，请转人工" : "")
        return
            #"{"no":"N-\#(number)","time":"2026-01-05 09:00:00","text":"\#(text)","tel":"\#(phone(number, .requester))","card":"\#(card(number, .requester))"}"#
    }

    static func records(_ numbers: Range<Int>) -> String { "[" + numbers.map(record).joined(separator: ",") + "]" }

    /// No time: it is rejected, with all its numbers in it.
    static func badRecord(_ number: Int) -> String {
        "[" + record(number).replacing("2026-01-05 09:00:00", with: phone(number, .requester)) + "]"
    }

    /// The planted numbers that stand in a text, plain or within something in base64.
    static func found(in text: String, _ place: Place? = nil) -> Set<String> {
        found(in: Array(text.utf8), place)
    }

    static func found(inFilesBelow folder: String, _ place: Place) throws -> Set<String> {
        var found: Set<String> = []
        for name in try FileManager.default.subpathsOfDirectory(atPath: folder) where !name.hasSuffix(".sock") {
            // A segment may go while it is looked for.
            guard let data = FileManager.default.contents(atPath: folder + "/" + name) else { continue }
            found.formUnion(self.found(in: [UInt8](data), place))
            for cell in PackedSearch.contents(of: data) { found.formUnion(self.found(in: cell, place)) }
        }
        return found
    }

    /// One value of a store, read beside the zone.
    static func query(_ path: String, _ sql: String) throws -> String {
        var configuration = Configuration()
        configuration.readonly = true
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        return try queue.read { try String.fetchOne($0, sql: sql) ?? "" }
    }

    static func found(in bytes: [UInt8], _ place: Place?) -> Set<String> {
        var found: Set<String> = []
        plain(bytes[...], place, &found)
        for run in runs(bytes, ofAtLeast: 16, where: isBase64) {
            for offset in 0..<min(4, run.count) {
                let start = run.lowerBound + offset
                let end = start + (run.upperBound - start) / 4 * 4
                if let unpacked = Base64.decode(String(decoding: bytes[start..<end], as: UTF8.self)) {
                    plain(unpacked[...], place, &found)
                }
            }
        }
        return found
    }

    private static func plain(_ bytes: ArraySlice<UInt8>, _ place: Place?, _ found: inout Set<String>) {
        let bytes = Array(bytes)
        for run in runs(bytes, ofAtLeast: 11, where: { (0x30...0x39).contains($0) }) {
            for length in [11, 18] where run.count >= length {
                for start in run.lowerBound...(run.upperBound - length) {
                    guard let value = Int(String(decoding: bytes[start..<(start + length)], as: UTF8.self)) else {
                        continue
                    }
                    if let planted = self.place(of: value), place == nil || planted == place {
                        found.insert(String(value))
                    }
                }
            }
        }
    }

    private static func place(of value: Int) -> Place? {
        switch value {
        case 13_900_000_000..<13_900_010_000, 370_402_198_001_010_000..<370_402_198_001_020_000: .requester
        case 13_800_000_000..<13_800_010_000, 370_402_199_001_010_000..<370_402_199_001_020_000: .text
        default: nil
        }
    }

    private static func isBase64(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2B, 0x2F: true
        default: false
        }
    }

    private static func runs(
        _ bytes: [UInt8], ofAtLeast least: Int, where belongs: (UInt8) -> Bool
    ) -> [Range<Int>] {
        var runs: [Range<Int>] = []
        var start: Int?
        for index in bytes.indices {
            if belongs(bytes[index]) {
                start = start ?? index
            } else if let begun = start {
                if index - begun >= least { runs.append(begun..<index) }
                start = nil
            }
        }
        if let begun = start, bytes.count - begun >= least { runs.append(begun..<bytes.count) }
        return runs
    }
}
