public import SluiceSDK

/// What may stand behind a ticket field: the words of the value object. The mapping compiles them, the schema and the
/// reference pages list them.
public enum MappingVocabulary {
    /// Exactly one of these says where a value comes from.
    public static let sources = ["from", "const", "join", "split", "each", "template", "first", "digest"]

    public static let value = ConfigSpec([
        ConfigField("from", .selector, example: "$.orderNo", "One selector. A bare scalar means the same."),
        ConfigField("const", .any, example: "internal", "The same for every ticket."),
        ConfigField(
            "join", .list(.selector), example: "[$.province, $.city]",
            "Several values as one text; empty ones are left out."),
        ConfigField("with", .string, example: "\"\"", "Stands between joined values; nothing when left out."),
        ConfigField("split", .selector, example: "$.typePath", "One value as a list."),
        ConfigField("by", .string, example: "\"/\"", "Where `split` cuts."),
        ConfigField(
            "template", .template, example: "\"{service_name}: {location.address}\"",
            "Text with `{ticket fields}` that are mapped in this section; `{field|pattern}` writes a time. A template may use every field without a template, and templates above it."
        ),
        ConfigField(
            "first", .list(.selector), example: "[$.mobile, $.tel]", "The first selector that finds something."),
        ConfigField(
            "digest", .list(.selector), example: "[$.caller, $.text]",
            "A stable id made of these values, for sources without a number of their own."),
        ConfigField(
            "decode", .oneOrMany(.choice(["json", "xml", "base64", "url", "html-entities"])), example: "json",
            "Unpacks what stands inside the text, in this order; `json` and `xml` last."),
        ConfigField(
            "at", .string, example: "$.order.no",
            "The way into what was unpacked: a JSONPath behind `decode: json`, an XPath behind `decode: xml` (`/order/no`; namespaces do not count)."
        ),
        ConfigField(
            "match", .string, example: "\"^(\\\\d{6})\"",
            "A regular expression (PCRE2); its first group is the value, or all it matched. No match is no value."),
        ConfigField(
            "lookup", .any, example: "{ \"1\": consultation }",
            "A map from value to value, or the name of `rules/<name>.yaml`. A value that is not in it takes the default, or rejects the record."
        ),
        ConfigField(
            "clean", .choice(["text", "html", "phone", "digits", "none"]), example: "html",
            "text is what happens anyway: trimmed, control characters stripped, Unicode NFC. html becomes readable text; phone keeps digits, a leading + and an extension behind -; none leaves the value alone."
        ),
        ConfigField(
            "date", .oneOrMany(.string), example: "\"yyyy-MM-dd HH:mm:ss\"",
            "A pattern, `rfc3339`, `epoch-s` or `epoch-ms`; of several, the first that fits."),
        ConfigField(
            "zone", .string, example: "Asia/Shanghai", "The zone of dates that name none; the gateway's when left out."),
        ConfigField("number", .boolean, "The value is a number."),
        ConfigField("bool", .boolean, "The value is true, false, 1, 0, yes, no, y, n, 是 or 否."),
        ConfigField("default", .any, example: "help", "Instead of no value."),
    ])

    public static let attachment = ConfigSpec([
        each,
        ConfigField("name", .mapping, required: true, example: "$.fileName", "The file's name."),
        ConfigField("media_type", .mapping, "Its media type."),
        ConfigField("size", .mapping, "Bytes."),
        ConfigField("sha256", .mapping, "Hexadecimal."),
        ConfigField(
            "media_url", .mapping, example: "$.url", "Where it can be fetched; see the channel's `attachments`."),
        ConfigField(
            "content", .mapping, example: "{ from: $.data, decode: base64 }",
            "Its bytes, where they stand in the record: a selector of a file (`content` of an e-mail, `@content` of a form), "
                + "or `{ from, decode: base64 }` for text, with or without `data:…;base64,` in front. Size and digest then "
                + "follow from it."),
    ])

    public static let attribute = ConfigSpec([
        each,
        ConfigField("code", .mapping, required: true, example: "$.key", "What the source calls it."),
        ConfigField(
            "value", .mapping, required: true, example: "$.value", "Its value; without one the attribute is left out."),
    ])

    private static let each = ConfigField(
        "each", .selector, example: "\"$.files[*]\"",
        "One item for every node; the selectors beside it start from that node. In a list of items it is left out, and selectors start from the record."
    )
}
