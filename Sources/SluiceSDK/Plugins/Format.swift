/// How bytes become records, and what a selector means. `init` validates and does no I/O.
public protocol Format: Plugin {
    /// - Throws: `ConfigIssue` or `ConfigIssues`.
    init(_ config: Config) throws

    /// Compiles a selector once, when the configuration is loaded.
    /// - Throws: `SelectorError` with the position and what to write instead.
    func selector(_ text: String) throws -> Selector

    /// Calls `body` for every record in order. A fault in one record does not end the message.
    /// - Throws: `RecordFault` when the message as a whole cannot be decoded.
    func decode(_ message: RawMessage, limits: ChannelLimits, _ body: (DecodedRecord) throws -> Void) throws

    /// Decodes one record again, from the bytes that it or its fault carried, perhaps edited by a person since.
    ///
    /// Those bytes are UTF-8 wherever the format converts. The default takes them for a message of their own.
    /// - Parameter message: the one it came in, for what a record needs beside itself: a table's header.
    /// - Throws: `RecordFault`.
    func decodeRecord(
        _ bytes: [UInt8], of message: RawMessage, limits: ChannelLimits, _ body: (DecodedRecord) throws -> Void) throws
}

extension Format {
    public func decodeRecord(
        _ bytes: [UInt8], of message: RawMessage, limits: ChannelLimits, _ body: (DecodedRecord) throws -> Void
    ) throws {
        let alone = RawMessage(bytes: bytes, contentType: message.contentType, origin: message.origin)
        try decode(alone, limits: limits, body)
    }
}

public enum DecodedRecord {
    case record(any Record)
    /// A record that could not be decoded, with its raw bytes.
    case fault(RecordFault, raw: [UInt8])
}

/// One unit of a message: a JSON object, a CSV row. It lives while its message is decoded, on one thread.
public protocol Record {
    /// - Throws: `RecordFault` of the stage `map` when looking takes more work than a record is worth.
    func select(_ selector: Selector) throws -> SelectedValue

    /// The parts that `each` walks over: one record for every node the selector finds, scalars included.
    ///
    /// - Throws: the same.
    func children(_ selector: Selector) throws -> [any Record]

    /// The bytes of a file that stands in the record, as `content` of an attachment asks for them; nil where the selector
    /// names no file.
    func content(_ selector: Selector) throws -> [UInt8]?

    /// The record's own bytes, the same for the same content: what its digest is taken over and a reject keeps.
    func bytes() -> [UInt8]
}

extension Record {
    /// Formats of text alone hold no files.
    public func content(_ selector: Selector) throws -> [UInt8]? { nil }
}

/// A selector compiled by a format. `program` is that format's own.
public struct Selector: Sendable, CustomStringConvertible {
    public let text: String
    public let program: any Sendable

    public init(_ text: String, program: any Sendable) {
        self.text = text
        self.program = program
    }

    public var description: String { text }
}

public struct SelectorError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A stable short label: `jsonpath.syntax`.
    public var code: String
    public var reason: String
    /// Offset in the selector's text, in characters from 0.
    public var offset: Int

    public init(_ code: String, _ reason: String, offset: Int = 0) {
        self.code = code
        self.reason = reason
        self.offset = offset
    }

    public var description: String { "[\(code)] \(reason)" }
}

/// What a selector found.
public enum SelectedValue: Sendable, Equatable {
    case missing
    case null
    case text(String)
    /// The number's spelling.
    case number(String)
    case boolean(Bool)
    case list([SelectedValue])
    /// An object or element; its text form, for explanations.
    case structure(String)
}
