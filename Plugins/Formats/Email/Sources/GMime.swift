internal import CGMime

/// GMime's options, made once. GMime reads them and never writes, so any thread may use them.
///
/// `@unchecked Sendable`: for that reason.
struct GMimeOptions: @unchecked Sendable {
    static let shared = GMimeOptions()

    let pointer: UnsafeMutableRawPointer?

    private init() { pointer = sluice_mime_options() }
}

enum GMimeTree {
    /// Parses a message and lends it; its nodes are gone when `body` returns. nil when there is nothing to parse.
    static func read<Result, Failure: Error>(
        _ bytes: [UInt8], _ body: (_ message: GMimeNode, _ root: GMimeNode) throws(Failure) -> Result
    ) throws(Failure) -> Result? {
        let parsed = bytes.withUnsafeBytes {
            sluice_mime_parse(GMimeOptions.shared.pointer, $0.baseAddress, $0.count)
        }
        guard let parsed else { return nil }
        defer { sluice_mime_free(parsed) }
        guard let root = sluice_mime_root(parsed) else { return nil }
        return try body(GMimeNode(pointer: parsed), GMimeNode(pointer: root))
    }
}

/// A node of the tree: the message itself, a multipart, a leaf. It lives no longer than its tree.
struct GMimeNode {
    enum Kind {
        case leaf, multipart, message
    }

    let pointer: UnsafeMutableRawPointer

    var kind: Kind {
        switch sluice_mime_kind_of(pointer) {
        case SLUICE_MIME_MULTIPART: .multipart
        case SLUICE_MIME_MESSAGE: .message
        default: .leaf
        }
    }

    /// In lower case; `text/plain` where the sender said nothing that can be read.
    var type: String {
        guard let type = sluice_mime_type(pointer), let subtype = sluice_mime_subtype(pointer) else {
            return "text/plain"
        }
        return (String(cString: type) + "/" + String(cString: subtype)).lowercased()
    }

    /// A multipart's parts.
    var children: [GMimeNode] {
        (0..<max(0, sluice_mime_child_count(pointer))).compactMap { sluice_mime_child(pointer, $0).map(GMimeNode.init) }
    }

    /// The message that an enclosed one holds.
    var inner: GMimeNode? { kind == .message ? sluice_mime_inner(pointer).map(GMimeNode.init) : nil }

    /// In the order they came, values as they were written.
    var headers: [MailHeader] {
        (0..<max(0, sluice_mime_header_count(pointer))).compactMap { index in
            guard let name = sluice_mime_header_name(pointer, index),
                let value = sluice_mime_header_value(pointer, index)
            else { return nil }
            return MailHeader(name: String(cString: name).lowercased(), raw: Self.bytes(value))
        }
    }

    /// A leaf's bytes after its transfer encoding.
    var content: [UInt8] {
        var bytes: [UInt8] = []
        withUnsafeMutablePointer(to: &bytes) { out in
            sluice_mime_content(
                pointer,
                { context, start, count in
                    context?.assumingMemoryBound(to: [UInt8].self).pointee = Array(
                        UnsafeBufferPointer(start: start, count: count))
                }, out)
        }
        return bytes
    }

    /// The bytes of a file: a leaf's content, or an enclosed message as it would be written.
    var file: [UInt8] {
        guard kind == .message, let inner else { return content }
        var bytes: [UInt8] = []
        withUnsafeMutablePointer(to: &bytes) { out in
            sluice_mime_written(
                inner.pointer,
                { context, start, count in
                    context?.assumingMemoryBound(to: [UInt8].self).pointee = Array(
                        UnsafeBufferPointer(start: start, count: count))
                }, out)
        }
        return bytes
    }

    /// Bytes of the content after its transfer encoding.
    var size: Int {
        switch kind {
        case .leaf: max(0, sluice_mime_content_size(pointer))
        case .multipart: max(0, sluice_mime_written_size(pointer))
        // What the writing says of itself counts a line break more than it writes.
        case .message: file.count
        }
    }

    private static func bytes(_ text: UnsafePointer<CChar>) -> [UInt8] {
        var length = 0
        while text[length] != 0 { length += 1 }
        return UnsafeRawBufferPointer(start: text, count: length).map { $0 }
    }
}
