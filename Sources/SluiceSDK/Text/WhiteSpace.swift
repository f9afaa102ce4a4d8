extension Unicode.Scalar {
    /// Unicode's property White_Space. The standard library looks it up in a table of all properties, which costs more
    /// than everything else that is done with a short value.
    public var isWhiteSpace: Bool {
        switch value {
        case 0x09...0x0D, 0x20, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000: true
        default: false
        }
    }
}
