public import SluiceSDK

/// XML documents, SOAP answers and documents packed in them. Selectors are XPath 1.0.
public struct XMLFormat: Format {
    public static let spec = PluginSpec(
        "xml", "An XML document; a path of element names says where its records are.",
        ConfigSpec([
            ConfigField(
                "records", .selector, example: "/orders/order",
                "The path to the elements that are records: `/orders/order`, `//order`, `/list/*`, with a test behind the "
                    + "last name: `//order[@state='open']`. Left out, the root element is the only record."),
            ConfigField(
                "unpack", .oneOrMany(.selector), example: "/Envelope/Body/getOrdersResponse/return",
                "The path to elements whose text is a document by itself, in CDATA or escaped; `records` looks there. "
                    + "Of a list, each looks into what the one before unpacked."),
            XMLNamespaces.field,
            XMLEncoding.field,
        ]))

    private let records: ElementPath
    private let unpack: [ElementPath]
    private let namespaces: XMLNamespaces
    private let charset: Charset?

    public init(_ config: Config) throws {
        let namespaces = try XMLNamespaces(config)
        self.namespaces = namespaces
        func path(_ text: String, _ key: String) throws -> ElementPath {
            do throws(SelectorError) {
                return try ElementPath(text, namespaces)
            } catch {
                throw ConfigIssue(at: config.optional(key)?.place ?? config.place, error.code, error.reason)
            }
        }
        records = try path(try config.optionalString("records") ?? "/*", "records")
        unpack = try config.strings("unpack").map { try path($0, "unpack") }
        if let test = unpack.first(where: { $0.test != nil }) {
            throw ConfigIssue(
                at: config.optional("unpack")?.place ?? config.place, "xml.path", "'\(test.text)' has a test",
                hint: "write tests in 'records' only")
        }
        charset = config.has("charset") ? try Charset(config) : nil
    }

    public func selector(_ text: String) throws -> Selector {
        Selector(text, program: try XPath(text, namespaces))
    }

    public func decode(_ message: RawMessage, limits: ChannelLimits, _ body: (DecodedRecord) throws -> Void) throws {
        let reading = XMLReading(records: records, namespaces: namespaces, limits: limits)
        do {
            let written = try XMLEncoding.charset(
                of: message.bytes, charset: charset, contentType: message.contentType)
            // A packed document is found after its text is read; elsewhere, a large message is not converted whole.
            let isRaw = unpack.isEmpty && written.keepsPunctuation && !written.isUTF8
            let outlines =
                try isRaw
                ? reading.outlines(raw: message.bytes, in: written)
                : reading.outlines(written.text(of: message.bytes), unpack[...])
            var number = 0
            for outline in outlines { try reading.run(outline, &number, body) }
        } catch let fault as XMLFault {
            throw RecordFault(fault)
        }
    }

    public func decodeRecord(
        _ bytes: [UInt8], of message: RawMessage, limits: ChannelLimits, _ body: (DecodedRecord) throws -> Void
    ) throws {
        let reading = XMLReading(records: records, namespaces: namespaces, limits: limits)
        do {
            try body(reading.record(alone: bytes))
        } catch let fault as XMLFault {
            throw RecordFault(fault)
        }
    }
}
