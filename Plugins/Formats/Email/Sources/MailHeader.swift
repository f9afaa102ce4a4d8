internal import CGMime
internal import SluiceSDK

/// One header field as it was written, bytes and all.
struct MailHeader {
    /// In lower case.
    let name: String
    let raw: [UInt8]

    /// Encoded words decoded (RFC 2047), lines joined; raw bytes are read as UTF-8, GB 18030 or Latin-1.
    var text: String {
        // Most headers are plain words on one line.
        if raw.allSatisfy({ (0x20..<0x7F).contains($0) }), !raw.contains(UInt8(ascii: "=")) {
            return MailText.trimmed(String(decoding: raw, as: UTF8.self))
        }
        return withCString { MailText.taken(sluice_mime_text(GMimeOptions.shared.pointer, $0)) } ?? ""
    }

    /// A parameter, `charset` of a Content-Type or `filename` of a Content-Disposition (RFC 2231, RFC 2047).
    func parameter(_ name: String) -> String? {
        guard raw.contains(UInt8(ascii: ";")) else { return nil }
        return withCString { MailText.taken(sluice_mime_parameter(GMimeOptions.shared.pointer, $0, name)) }
    }

    /// What stands before the parameters, in lower case.
    var word: String {
        let first = raw.prefix { $0 != UInt8(ascii: ";") }
        return MailText.trimmed(String(decoding: first, as: UTF8.self)).lowercased()
    }

    /// The mailboxes of an address list, those of groups too.
    var addresses: [MailAddress] {
        var found: [MailAddress] = []
        withCString { value in
            withUnsafeMutablePointer(to: &found) { out in
                sluice_mime_addresses(
                    GMimeOptions.shared.pointer, value, Int32(Self.mostAddresses),
                    { context, name, address in
                        guard let address else { return }
                        context?.assumingMemoryBound(to: [MailAddress].self).pointee.append(
                            MailAddress(
                                name: MailText.trimmed(name.map { String(cString: $0) } ?? ""),
                                address: MailText.trimmed(String(cString: address))))
                    }, out)
            }
        }
        return found
    }

    /// The moment and the sender's offset from UTC; nil when it is no date.
    var date: (Timestamp, Zone)? {
        // Received ends in its date.
        let start = name == "received" ? (raw.lastIndex(of: UInt8(ascii: ";")).map { $0 + 1 } ?? 0) : 0
        var milliseconds: Int64 = 0
        var offset: Int32 = 0
        let isDate = MailHeader(name: name, raw: Array(raw[start...])).withCString {
            sluice_mime_date($0, &milliseconds, &offset) != 0
        }
        guard isDate else { return nil }
        return (Timestamp(milliseconds: milliseconds), Self.zone(offset: Int(offset)))
    }

    /// `<a@b> <c@d>`: the ids between angle brackets; without any, the words.
    var messageIDs: [String] {
        let text = String(decoding: raw, as: UTF8.self)
        let bracketed = text.split(separator: "<").dropFirst().compactMap { piece in
            piece.firstIndex(of: ">").map { piece[..<$0] }
        }
        let found = bracketed.isEmpty ? text.split(whereSeparator: \.isWhitespace) : bracketed
        return found.map { id in String(id.filter { !$0.isWhitespace }) }.filter { !$0.isEmpty }
    }

    /// A list with more mailboxes is an attack or a circular; the first tell enough.
    private static let mostAddresses = 1_000

    private static func zone(offset: Int) -> Zone {
        let minutes = abs(offset) / 60
        let digits = [minutes / 600, minutes / 60 % 10, minutes % 60 / 10, minutes % 10].map(String.init)
        let name = (offset < 0 ? "-" : "+") + digits[0] + digits[1] + ":" + digits[2] + digits[3]
        return Zone(name: name) ?? .utc
    }

    private func withCString<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
        var text = EncodedWords.normalized(raw).map(CChar.init(bitPattern:))
        text.append(0)
        return text.withUnsafeBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return "".withCString(body) }
            return body(start)
        }
    }
}

struct MailAddress: Equatable {
    /// Empty when there is none.
    let name: String
    let address: String
}
