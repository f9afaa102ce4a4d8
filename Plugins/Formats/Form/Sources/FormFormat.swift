public import SluiceSDK

/// What an HTML form or a program that behaves like one sends: `application/x-www-form-urlencoded` and
/// `multipart/form-data`. The whole form is one record.
public struct FormFormat: Format {
    public static let spec = PluginSpec(
        "form", "The fields and files of a form, urlencoded or multipart; the form is one record.",
        ConfigSpec([
            ConfigField(
                "charset", .string, example: "gbk",
                "How names and values are encoded, whatever the form says: utf-8, gb18030, gbk, gb2312, big5, another name "
                    + "that iconv knows, or `auto`. Left out, the form's field `_charset_` decides, then the `charset` of a "
                    + "part or of the Content-Type, then UTF-8.")
        ]))

    private let charset: Charset?

    public init(_ config: Config) throws {
        charset = config.has("charset") ? try Charset(config) : nil
    }

    public func selector(_ text: String) throws -> Selector {
        Selector(text, program: try FormSelector(text))
    }

    public func decode(_ message: RawMessage, limits: ChannelLimits, _ body: (DecodedRecord) throws -> Void) throws {
        let raw = try FormBody(message, limits: limits)
        let content = try FormText(charset: charset, contentType: message.contentType).content(raw)
        guard !content.fields.isEmpty || !content.files.isEmpty else {
            throw RecordFault(.decode, "form.empty", "the form has no fields")
        }
        try body(.record(FormRecord(content, limits: limits)))
    }

    public func decodeRecord(
        _ bytes: [UInt8], of message: RawMessage, limits: ChannelLimits, _ body: (DecodedRecord) throws -> Void
    ) throws {
        var content = try FormContent(json: bytes, limits: limits)
        // Retention may have taken the message meanwhile: the form goes on without its files then.
        if !content.files.isEmpty, let whole = try? FormBody(message, limits: limits) { content.takeFiles(of: whole) }
        try body(.record(FormRecord(content, limits: limits)))
    }
}
