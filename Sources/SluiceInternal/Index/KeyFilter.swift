internal import SluiceSDK

/// Says of a key that it is certainly not among those it was made of, or that it may be: a Bloom filter of which a key
/// touches one cache line. With 16 bits a key about one stranger in 1,000 is let through.
///
/// A bit that is lost hides a key, and nobody would ask further: in the store a digest stands behind the bits.
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
    private static let bytesOfLine = 64
    private static let bytesOfDigest = 8

    /// - Returns: nil when these are not the bytes of a filter, each as it was written.
    init?(bytes: [UInt8]) {
        let count = bytes.count - Self.bytesOfDigest
        guard count > 0, count.isMultiple(of: Self.bytesOfLine) else { return nil }
        let (digest, words) = bytes.withUnsafeBytes { bytes in
            (
                Self.digest(UnsafeRawBufferPointer(rebasing: bytes[..<count])),
                stride(from: 0, to: count, by: 8).map {
                    UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: $0, as: UInt64.self))
                }
            )
        }
        guard bytes[count...].elementsEqual(digest) else { return nil }
        self.words = words
    }

    /// Each word little-endian, then the digest of them.
    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(words.count * 8 + Self.bytesOfDigest)
        for word in words { withUnsafeBytes(of: word.littleEndian) { bytes.append(contentsOf: $0) } }
        return bytes + bytes.withUnsafeBytes(Self.digest)
    }

    private static func digest(_ words: UnsafeRawBufferPointer) -> ArraySlice<UInt8> {
        SHA256.hash(words).prefix(bytesOfDigest)
    }
}
