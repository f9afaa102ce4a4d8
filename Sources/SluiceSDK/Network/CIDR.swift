/// A range of addresses, `10.0.0.0/24`, `fd00::/8`; a bare address is a range of one.
public struct CIDR: Sendable, Hashable, CustomStringConvertible {
    public let base: IPAddress
    /// Bits of `base` that count.
    public let length: Int

    /// - Throws: `CIDRError` with what to write instead.
    public init(_ text: String) throws(CIDRError) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let address = IPAddress(String(first)) else {
            throw CIDRError("\"\(text)\" is not an address range; write 10.0.0.0/24 or fd00::/8")
        }
        let width = address.bytes.count * 8
        guard parts.count == 2 else {
            (base, length) = (address, width)
            return
        }
        // ::ffff:10.0.0.0/104 means 10.0.0.0/8.
        let isMapped = first.contains(":") && width == 32
        guard let written = Self.number(parts[1]), case let bits = isMapped ? written - 96 : written,
            (0...width).contains(bits)
        else { throw CIDRError("\"/\(parts[1])\" in \"\(text)\" is not a prefix length from 0 to \(width)") }
        let network = Self.masked(address, bits)
        guard network == address else {
            throw CIDRError("\"\(text)\" has bits behind its prefix; write \(network)/\(bits)")
        }
        (base, length) = (address, bits)
    }

    public func contains(_ address: IPAddress) -> Bool {
        address.bytes.count == base.bytes.count && Self.masked(address, length) == base
    }

    public var description: String { "\(base)/\(length)" }

    private static func number(_ text: Substring) -> Int? {
        text.count <= 3 && text.allSatisfy { $0.isASCII && $0.isNumber } ? Int(text) : nil
    }

    private static func masked(_ address: IPAddress, _ length: Int) -> IPAddress {
        var bytes = address.bytes
        for index in bytes.indices {
            let keep = min(max(length - index * 8, 0), 8)
            bytes[index] &= UInt8(truncatingIfNeeded: 0xFF00 >> keep)
        }
        return IPAddress(bytes: bytes) ?? address
    }
}

public struct CIDRError: Error, Sendable, CustomStringConvertible {
    public var reason: String

    init(_ reason: String) {
        self.reason = reason
    }

    public var description: String { "[network.range] \(reason)" }
}
