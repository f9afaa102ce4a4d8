internal import SluiceSDK

/// The headers of one part: which field it is, and whether it is a file.
struct PartHeader {
    private static let maxLines = 20

    var name: ArraySlice<UInt8>
    /// As sent, with a path if the sender has one; nil for a field.
    var fileName: ArraySlice<UInt8>?
    var mediaType: MediaType?

    /// - Throws: `RecordFault` with code `form.part`, `form.headers` or `form.encoding`.
    init(_ bytes: ArraySlice<UInt8>) throws {
        let lines = bytes.split(separator: 0x0A).map { $0.last == 0x0D ? $0.dropLast() : $0 }.filter { !$0.isEmpty }
        guard lines.count <= Self.maxLines else {
            throw RecordFault(.decode, "form.headers", "a part has more than \(Self.maxLines) headers")
        }
        var disposition: MediaType?
        for line in lines {
            // Bytes stand for themselves here: which charset they are in is not known yet.
            let text = String(String.UnicodeScalarView(line.map { Unicode.Scalar($0) }))
            let sides = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard sides.count == 2 else { throw Self.fault("a header of a part has no colon") }
            switch sides[0].lowercased() {
            case "content-disposition":
                guard disposition == nil else { throw Self.fault("a part says twice what it is") }
                disposition = MediaType(sides[1])
            case "content-type": mediaType = MediaType(sides[1])
            case "content-transfer-encoding":
                guard ["binary", "8bit", "7bit"].contains(MediaType(sides[1]).name) else {
                    throw RecordFault(
                        .decode, "form.encoding", "a part is encoded once more; forms are sent without that (RFC 7578)")
                }
            default: continue
            }
        }
        guard let disposition, disposition.name == "form-data", let name = disposition.parameters["name"] else {
            throw Self.fault("a part does not say which field of the form it is, or says it twice")
        }
        if mediaType?.name.hasPrefix("multipart/") == true { throw Self.fault("a part holds parts of its own") }
        self.name = Self.bytes(name)
        if let extended = disposition.parameters["filename*"], let decoded = Self.extended(extended) {
            fileName = decoded
        } else {
            fileName = disposition.parameters["filename"].map(Self.bytes)
        }
    }

    private static func fault(_ reason: String) -> RecordFault { RecordFault(.decode, "form.part", reason) }

    /// The bytes again, with the three characters that browsers escape.
    private static func bytes(_ text: String) -> ArraySlice<UInt8> {
        let bytes = text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
        var out: [UInt8] = []
        var index = 0
        while index < bytes.count {
            let escape = bytes[index...].prefix(3)
            if escape.elementsEqual(Array("%22".utf8)) {
                out.append(0x22)
            } else if escape.elementsEqual(Array("%0D".utf8)) || escape.elementsEqual(Array("%0A".utf8)) {
                out.append(0x20)
            } else {
                out.append(bytes[index])
                index += 1
                continue
            }
            index += 3
        }
        return out[...]
    }

    /// `UTF-8''%e4%ba%95.jpg` (RFC 5987), brought to UTF-8.
    private static func extended(_ text: String) -> ArraySlice<UInt8>? {
        let parts = text.split(separator: "'", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, let charset = Charset(parts[0]) else { return nil }
        let raw = FormBody.percentDecoded(Array(parts[2].replacing("+", with: "%2B").utf8)[...])
        return try? charset.decode(Array(raw))[...]
    }
}
