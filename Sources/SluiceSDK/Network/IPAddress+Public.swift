extension IPAddress {
    /// False for what leads inside: this machine, private and shared networks, link-local (where clouds keep their
    /// metadata), multicast, and everything else that IANA's registries of special-purpose addresses (RFC 6890) keep out of
    /// the public internet. An IPv6 address that wraps an IPv4 one (6to4, Teredo, NAT64) is never public.
    public var isPublic: Bool {
        if bytes.count == 4 { return !Self.special4.contains { $0.contains(self) } }
        return Self.global6.contains(self) && !Self.special6.contains { $0.contains(self) }
    }

    private static let special4 = [
        range([0, 0, 0, 0], 8), range([10, 0, 0, 0], 8), range([100, 64, 0, 0], 10), range([127, 0, 0, 0], 8),
        range([169, 254, 0, 0], 16), range([172, 16, 0, 0], 12), range([192, 0, 0, 0], 24), range([192, 0, 2, 0], 24),
        range([192, 88, 99, 0], 24), range([192, 168, 0, 0], 16), range([198, 18, 0, 0], 15),
        range([198, 51, 100, 0], 24), range([203, 0, 113, 0], 24), range([224, 0, 0, 0], 3),
    ]

    /// 2000::/3 is what is given out at all.
    private static let global6 = range([0x20], 3)

    /// 2001::/23 holds Teredo among others; 2001:db8::/32 and 3fff::/20 are for documents; 2002::/16 is 6to4.
    private static let special6 = [
        range([0x20, 0x01, 0x00], 23), range([0x20, 0x01, 0x0D, 0xB8], 32), range([0x20, 0x02], 16),
        range([0x3F, 0xFF, 0x00], 20),
    ]

    private struct Range: Sendable {
        var base: [UInt8]
        var length: Int

        func contains(_ address: IPAddress) -> Bool {
            (0..<length).allSatisfy { bit in
                let (index, mask) = (bit / 8, UInt8(0x80) >> UInt8(bit % 8))
                let wanted = index < base.count ? base[index] & mask : 0
                return address.bytes[index] & mask == wanted
            }
        }
    }

    private static func range(_ base: [UInt8], _ length: Int) -> Range { Range(base: base, length: length) }
}
