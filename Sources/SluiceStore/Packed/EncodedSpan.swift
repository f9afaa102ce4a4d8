internal import SluiceSDK

/// A piece of a text that stands for bytes.
package struct EncodedSpan {
    package enum Encoding: UInt8 {
        /// In lower case.
        case hex = 0
        case base64
    }

    let encoding: Encoding
    let offset: Int
    let raw: [UInt8]

    /// - Parameters:
    ///   - offset: where the text of it begins.
    ///   - raw: what it stands for.
    package init(_ encoding: Encoding, at offset: Int, _ raw: [UInt8]) {
        (self.encoding, self.offset, self.raw) = (encoding, offset, raw)
    }

    var text: String {
        switch encoding {
        case .hex: Hex.encode(raw)
        case .base64: Base64.encode(raw)
        }
    }
}
