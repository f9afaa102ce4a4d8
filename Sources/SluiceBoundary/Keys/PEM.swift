internal import SluiceSDK

/// The PEM of Ed25519 keys (RFC 8410). Its DER has one shape, so a fixed prefix is the whole of the parsing.
enum PEM {
    static let privateKeyPrefix: [UInt8] = [
        0x30, 0x2E, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
    ]
    static let publicKeyPrefix: [UInt8] = [
        0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00,
    ]

    static func encode(_ der: [UInt8], label: String) -> String {
        "-----BEGIN \(label)-----\n\(Base64.encode(der))\n-----END \(label)-----\n"
    }

    /// The 32 bytes behind the prefix.
    static func decode(_ text: String, label: String, prefix: [UInt8], path: String) throws -> [UInt8] {
        let lines = text.split(whereSeparator: \.isNewline)
        guard lines.count >= 3, lines.first == "-----BEGIN \(label)-----", lines.last == "-----END \(label)-----",
            let der = Base64.decode(lines.dropFirst().dropLast().joined()), der.count == prefix.count + 32,
            der.starts(with: prefix)
        else {
            throw KeyError(
                "key.format", path: path, "this is not an Ed25519 \(label) in PEM; make one with `sluice boundary keys`"
            )
        }
        return Array(der.dropFirst(prefix.count))
    }
}
