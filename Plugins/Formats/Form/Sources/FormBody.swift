internal import SluiceSDK

/// A form's fields and files as bytes, before anything is text.
struct FormBody {
    struct Field {
        var name: ArraySlice<UInt8>
        var value: ArraySlice<UInt8>
        /// A part's own `charset`.
        var charset: String?
    }

    struct File {
        var field: ArraySlice<UInt8>
        var name: ArraySlice<UInt8>
        var mediaType: String?
        var bytes: ArraySlice<UInt8>
    }

    var fields: [Field] = []
    var files: [File] = []

    /// - Throws: `RecordFault`.
    init(_ message: RawMessage, limits: ChannelLimits) throws {
        let type = message.contentType.map(MediaType.init)
        switch type?.name {
        case "application/x-www-form-urlencoded": try readURLEncoded(message.bytes, limits)
        case "multipart/form-data":
            guard let boundary = type?.parameters["boundary"] else {
                throw RecordFault(.decode, "form.boundary", "the Content-Type names no boundary, or two")
            }
            try readMultipart(message.bytes, Array(boundary.utf8), limits)
        // A file, or a sender who says nothing of use.
        case nil, "", "text/plain", "application/octet-stream":
            if let boundary = Multipart.guessBoundary(message.bytes) {
                try readMultipart(message.bytes, boundary, limits)
            } else {
                try readURLEncoded(message.bytes, limits)
            }
        default:
            throw RecordFault(
                .decode, "form.type", "the Content-Type is that of no form",
                selector: nil)
        }
    }

    private mutating func readURLEncoded(_ bytes: [UInt8], _ limits: ChannelLimits) throws {
        var bytes = bytes[...]
        while let last = bytes.last, last == 0x0A || last == 0x0D { bytes.removeLast() }
        for pair in bytes.split(separator: UInt8(ascii: "&")) {
            try count(limits)
            let equals = pair.firstIndex(of: UInt8(ascii: "="))
            let name = Self.percentDecoded(pair[..<(equals ?? pair.endIndex)])
            let value = equals.map { Self.percentDecoded(pair[($0 + 1)...]) } ?? []
            guard !name.isEmpty else { continue }
            fields.append(Field(name: name, value: value))
        }
    }

    private mutating func readMultipart(_ bytes: [UInt8], _ boundary: [UInt8], _ limits: ChannelLimits) throws {
        var multipart = try Multipart(bytes, boundary: boundary)
        while let part = try multipart.next() {
            try count(limits)
            let header = try PartHeader(part.header)
            guard let fileName = header.fileName else {
                fields.append(
                    Field(name: header.name, value: part.body, charset: header.mediaType?.parameters["charset"]))
                continue
            }
            // A file field that nobody filled in.
            if fileName.isEmpty, part.body.isEmpty { continue }
            files.append(
                File(field: header.name, name: fileName, mediaType: header.mediaType?.name, bytes: part.body))
        }
    }

    private func count(_ limits: ChannelLimits) throws {
        guard fields.count + files.count < limits.columns else {
            throw RecordFault(.decode, "form.fields", "the form has more than \(limits.columns) fields and files")
        }
    }

    /// `+` is a space, a `%` that begins nothing stands for itself.
    static func percentDecoded(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard text.contains(where: { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "+") }) else { return text }
        var out: [UInt8] = []
        out.reserveCapacity(text.count)
        var index = text.startIndex
        while index < text.endIndex {
            let byte = text[index]
            if byte == UInt8(ascii: "%"), index + 2 < text.endIndex, let high = hex(text[index + 1]),
                let low = hex(text[index + 2])
            {
                out.append(high << 4 | low)
                index += 3
            } else {
                out.append(byte == UInt8(ascii: "+") ? 0x20 : byte)
                index += 1
            }
        }
        return out[...]
    }

    private static func hex(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x41 + 10
        case 0x61...0x66: byte - 0x61 + 10
        default: nil
        }
    }
}
