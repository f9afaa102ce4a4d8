internal import Foundation
public import SluiceSDK

/// A ticket as filters see it. Its text is folded on first use and shared by all filters.
///
/// Not Sendable: it lives while one ticket is routed.
public final class FilterSubject {
    public let ticket: IntakeTicket
    private lazy var text: [UInt8] = Self.fold(
        (ticket.text(.title) ?? "") + "\n" + (ticket.text(.description) ?? ""))

    public init(_ ticket: IntakeTicket) {
        self.ticket = ticket
    }

    func contains(_ word: FilterWord) -> Bool {
        guard !word.folded.isEmpty else { return false }
        return text.withUnsafeBytes { hay in
            word.folded.withUnsafeBytes { Self.find($0, in: hay) }
        }
    }

    func anyValue(of field: IntakeField, _ test: (String) -> Bool) -> Bool {
        switch ticket[field] {
        case .string(let text): test(text)
        case .strings(let items): items.contains(where: test)
        case .boolean(let flag): test(flag ? "true" : "false")
        case .integer(let number): test(String(number))
        case .number(let number): test("\(number)")
        default: false
        }
    }

    /// The last byte of a word is looked for first: Chinese words share their first bytes, seldom their last.
    private static func find(_ word: UnsafeRawBufferPointer, in hay: UnsafeRawBufferPointer) -> Bool {
        guard let start = hay.baseAddress, let wanted = word.baseAddress, let last = word.last else { return false }
        var end = word.count - 1
        while end < hay.count, let hit = memchr(start + end, Int32(last), hay.count - end) {
            let position = UnsafeRawPointer(hit) - start
            if memcmp(start + position - word.count + 1, wanted, word.count) == 0 { return true }
            end = position + 1
        }
        return false
    }

    /// UTF-8 in NFC with ASCII letters in lower case; what is matched byte for byte.
    static func fold(_ text: String) -> [UInt8] {
        var bytes = Array(text.precomposedStringWithCanonicalMapping.utf8)
        for index in bytes.indices where (0x41...0x5A).contains(bytes[index]) { bytes[index] |= 0x20 }
        return bytes
    }
}
