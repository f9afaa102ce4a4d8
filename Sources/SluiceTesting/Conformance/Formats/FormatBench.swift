public import SluiceSDK

/// A format under test and messages for it: all that `FormatConformance` asks for.
public protocol FormatBench: Sendable {
    /// Why a case does not apply; every entry is a sentence that a reader may doubt.
    static var exempt: [FormatCase: String] { get }
    /// False where a message is one record: a letter, a form.
    static var holdsSeveral: Bool { get }
    /// True when a record that is damaged or too large leaves the others of its message alone.
    static var isolates: Bool { get }
    /// What the messages' sender calls them.
    static var contentType: String? { get }
    /// Finds the text of a record.
    static var selector: String { get }

    /// - Parameter charset: what the messages are in; nil is the format's default.
    /// - Throws: `ConfigIssue`.
    func format(charset: String?) throws -> any Format
    /// A message of so many records with these texts, in UTF-8. It is converted by the suite where a case asks for it.
    func message(_ texts: [String]) -> String
    /// The same with the record at `index` damaged, so that it cannot be read; nil where any bytes are some record.
    func damaged(_ texts: [String], at index: Int) -> String?
}

extension FormatBench {
    public static var exempt: [FormatCase: String] { [:] }
    public static var holdsSeveral: Bool { true }
    public static var isolates: Bool { true }
    public static var contentType: String? { nil }
    public func damaged(_ texts: [String], at index: Int) -> String? { nil }
}

/// What happens to every format.
public enum FormatCase: String, Sendable, Hashable, CaseIterable {
    /// Texts that look like the format's own syntax come out as what they are, in order.
    case records
    /// A record's own bytes, decoded alone, are that one record, with the same bytes again.
    case alone
    /// Nothing, white space, a lone byte order mark: no crash, and no record out of nothing.
    case empty
    /// Messages cut off at every byte, and with bytes changed, put in and taken out: records or faults, never a crash, an
    /// endless loop or more records than the limit.
    case noise
    /// A damaged record is a fault with its bytes; the others come where the format can tell records apart.
    case damaged
    /// More records than the limit: said, and no more are handed over.
    case recordsLimit
    /// A record over the limit: said, never handed over, never cut.
    case recordLimit
    /// The same texts out of the bytes of another charset.
    case charset
    /// Bytes that are no text in the charset are a fault and never a question mark in somebody's name.
    case notText
    /// What the caller throws ends the message at once: records are handed over as they are read.
    case streaming
    /// Any text is a selector or a `SelectorError`, and any selector may be asked of any record.
    case selectors
    /// One format, many threads.
    case atOnce
}

/// What a format did against the contract.
public struct FormatConformanceFailure: Error, Sendable, CustomStringConvertible {
    public var scenario: FormatCase
    public var reason: String

    public var description: String { "\(scenario.rawValue): \(reason)" }
}
