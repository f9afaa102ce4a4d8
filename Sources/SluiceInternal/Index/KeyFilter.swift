/// Says of a key that it is certainly not among those it was made of, or that it may be: a Bloom filter of which a key
/// touches one cache line. With 16 bits a key about one stranger in 1,000 is let through.
struct KeyFilter: Sendable, Equatable {
    /// Of one key: its line, and seven places of nine bits in it. The same for filters of all sizes.
    struct Probe {
        fileprivate let line: UInt64
        fileprivate let places: UInt64

        init(_ key: UInt64) {
            line = key
            // Independent of the line: the key's own bits would make keys of one line look alike.
            places = TicketKey.stirred(key ^ 0x9E37_79B9_7F4A_7C15)
        }
    }

    private static let wordsOfLine = 8
    private static let bitsOfKey = 16
    private static let placesOfKey = 7

    /// Eight of them are a line.
    private var words: [UInt64]

    init(_ keys: [UInt64]) {
        let lines = max(1, (keys.count * Self.bitsOfKey + 511) / 512)
        words = Array(repeating: 0, count: lines * Self.wordsOfLine)
        for key in keys { insert(Probe(key)) }
    }

    func mayHold(_ probe: Probe) -> Bool {
        let start = start(of: probe)
        var places = probe.places
        for _ in 0..<Self.placesOfKey {
            let place = Int(places & 511)
            if words[start + place >> 6] & (1 << UInt64(place & 63)) == 0 { return false }
            places >>= 9
        }
        return true
    }

    private mutating func insert(_ probe: Probe) {
        let start = start(of: probe)
        var places = probe.places
        for _ in 0..<Self.placesOfKey {
            let place = Int(places & 511)
            words[start + place >> 6] |= 1 << UInt64(place & 63)
            places >>= 9
        }
    }

    private func start(of probe: Probe) -> Int {
        Int(probe.line.multipliedFullWidth(by: UInt64(words.count / Self.wordsOfLine)).high) * Self.wordsOfLine
    }
}

// MARK: As it stands in the store

extension KeyFilter {
    /// - Returns: nil when these are not the bytes of a filter.
    init?(bytes: [UInt8]) {
        guard !bytes.isEmpty, bytes.count.isMultiple(of: 64) else { return nil }
        words = bytes.withUnsafeBytes { bytes in
            stride(from: 0, to: bytes.count, by: 8).map {
                UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: $0, as: UInt64.self))
            }
        }
    }

    /// Each word little-endian.
    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(words.count * 8)
        for word in words { withUnsafeBytes(of: word.littleEndian) { bytes.append(contentsOf: $0) } }
        return bytes
    }
}
