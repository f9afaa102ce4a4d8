/// The ids that stand in the boundary's own lines: no escapes are needed, and none are read.
enum Name {
    static let longest = 128

    static func isValid(_ text: String) -> Bool {
        (1...longest).contains(text.utf8.count) && text.utf8.allSatisfy(isValid)
    }

    /// A-Z a-z 0-9 . _ : -
    static func isValid(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x3A, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F: true
        default: false
        }
    }
}
