/// A path into what another system answered: a JSONPath, which begins with `$`, or an XPath 1.0, for which namespaces do
/// not count.
public struct AnswerPath: Sendable, CustomStringConvertible {
    public let selector: Selector
    public let isXML: Bool

    /// - Throws: `SelectorError`.
    public init(_ text: String) throws(SelectorError) {
        isXML = !text.hasPrefix("$")
        selector = isXML ? Selector(text, program: try XPath(text, .ignored)) : try JSONRecord.selector(text)
    }

    /// A path as it stands in a configuration file.
    /// - Throws: `ConfigIssue` at its place.
    public init(_ config: Config, _ key: String) throws {
        let value = try config.required(key)
        let text = try config.string(key)
        do throws(SelectorError) {
            try self.init(text)
        } catch {
            throw ConfigIssue(at: value.place, error.code, error.reason)
        }
    }

    public var text: String { selector.text }
    public var description: String { text }
}

/// An answer that paths can look into.
public struct AnswerDocument {
    private let root: any Record
    private let isXML: Bool

    /// Reads an answer as the kind of document that a path is for.
    /// - Throws: `RecordFault`.
    public init(_ bytes: [UInt8], contentType: String?, for path: AnswerPath) throws(RecordFault) {
        isXML = path.isXML
        if !path.isXML {
            do throws(JSONFault) {
                root = JSONRecord(try JSONDocument.parse(bytes).root, bytes: bytes)
            } catch {
                throw RecordFault(error)
            }
            return
        }
        do throws(XMLFault) {
            let text = try XMLEncoding.text(of: bytes, charset: nil, contentType: contentType)
            root = XMLRecord(try XMLParser.document(text, maxDepth: ChannelLimits().depth), bytes: bytes, .ignored)
        } catch {
            throw RecordFault(error)
        }
    }

    /// The first value that a path finds; `missing` when it finds none, or is for another kind of document.
    /// - Throws: `RecordFault` when looking takes too much work.
    public func first(_ path: AnswerPath) throws -> SelectedValue {
        guard path.isXML == isXML else { return .missing }
        let found = try root.select(path.selector)
        if case .list(let items) = found { return items.first ?? .missing }
        return found
    }

    /// Everything that a path finds.
    /// - Throws: the same.
    public func all(_ path: AnswerPath) throws -> [any Record] {
        path.isXML == isXML ? try root.children(path.selector) : []
    }
}

extension SelectedValue {
    /// A text or a number, without white space around it; nil for anything else.
    public var word: String? {
        switch self {
        case .text(let text): text.trimmingSpaces
        case .number(let spelling): spelling
        default: nil
        }
    }
}
