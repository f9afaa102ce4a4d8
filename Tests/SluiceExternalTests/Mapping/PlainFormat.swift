import SluiceSDK

/// A tiny format for tests: a record is a list of named values, a selector is a name, `list.*` walks into a list of
/// records, `.` is the node itself.
struct PlainFormat: Format {
    static let spec = PluginSpec("plain", "For tests.", ConfigSpec([]))

    init() {}
    init(_ config: Config) throws {}

    func selector(_ text: String) throws -> Selector {
        if text.hasPrefix("!") { throw SelectorError("plain.bang", "'!' begins no name") }
        return Selector(text, program: text)
    }

    func decode(_ message: RawMessage, limits: ChannelLimits, _ body: (DecodedRecord) throws -> Void) throws {}
}

struct PlainRecord: Record {
    var values: [String: SelectedValue]
    var lists: [String: [PlainRecord]] = [:]

    init(_ values: [String: SelectedValue], lists: [String: [PlainRecord]] = [:]) {
        self.values = values
        self.lists = lists
    }

    func select(_ selector: Selector) -> SelectedValue { values[selector.text] ?? .missing }
    func children(_ selector: Selector) -> [any Record] { lists[selector.text] ?? [] }
    func bytes() -> [UInt8] { [] }
}
