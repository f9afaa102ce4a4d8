internal import CPQ

extension PostgresSession {
    /// `COPY table (…) FROM STDIN`: the fastest way in.
    ///
    /// - Parameters:
    ///   - statement: in the text format, which is what `write` makes.
    ///   - rows: writes rows; when it throws, nothing of them stays.
    /// - Returns: how many rows the server took.
    @discardableResult
    public func copy(_ statement: String, _ rows: (inout CopyWriter) throws -> Void) throws -> Int {
        try send { PQsendQueryParams($0, statement, 0, nil, nil, nil, nil, 0) }
        _ = try result()
        var writer = CopyWriter(session: self)
        do {
            try rows(&writer)
            try writer.flush()
        } catch {
            if isUsable, PQputCopyEnd(connection, "given up by the client") >= 0 { _ = try? result() }
            throw error
        }
        guard PQputCopyEnd(connection, nil) == 1 else { throw broken() }
        try flush()
        return try result().affected
    }

    func put(copied bytes: [UInt8]) throws {
        try checkCancelled()
        while true {
            let count = bytes.withUnsafeBytes {
                PQputCopyData(connection, $0.bindMemory(to: CChar.self).baseAddress, Int32($0.count))
            }
            if count < 0 { throw broken() }
            if count == 1 { break }
            try flush()
        }
        // The server answers while rows are still on the way only to end the COPY.
        try flush()
    }
}

/// Writes rows of COPY's text format.
public struct CopyWriter {
    private let session: PostgresSession
    private var bytes: [UInt8] = []
    private static let chunk = 64 << 10

    init(session: PostgresSession) { self.session = session }

    /// One row; the values of arrays and bytes are written as the server reads them.
    public mutating func write(_ row: [PostgresValue]) throws {
        for (index, value) in row.enumerated() {
            if index > 0 { bytes.append(0x09) }
            write(value)
        }
        bytes.append(0x0A)
        if bytes.count >= Self.chunk { try flush() }
    }

    mutating func flush() throws {
        guard !bytes.isEmpty else { return }
        try session.put(copied: bytes)
        bytes.removeAll(keepingCapacity: true)
    }

    private mutating func write(_ value: PostgresValue) {
        if case .bytes(let content) = value {
            bytes += "\\\\x".utf8
            for byte in content { bytes += [Self.digit(byte >> 4), Self.digit(byte & 15)] }
            return
        }
        guard let text = value.encoded else { return bytes += "\\N".utf8 }
        for byte in text.dropLast() {
            switch byte {
            case 0x5C: bytes += [0x5C, 0x5C]
            case 0x09: bytes += [0x5C, UInt8(ascii: "t")]
            case 0x0A: bytes += [0x5C, UInt8(ascii: "n")]
            case 0x0D: bytes += [0x5C, UInt8(ascii: "r")]
            default: bytes.append(byte)
            }
        }
    }

    private static func digit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x57 + value }
}
