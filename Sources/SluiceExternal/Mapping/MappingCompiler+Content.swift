internal import SluiceConfig
internal import SluiceSDK

extension MappingCompiler {
    /// `content:` takes a selector, or `from` and `decode: base64`: files are no text, and no other step fits them.
    mutating func content(_ value: ConfigValue, named name: String) -> ContentProgram? {
        if value.text != nil {
            return selector(value).map { ContentProgram(field: name, selector: $0, isBase64: false) }
        }
        let others = (value.entries ?? []).filter { $0.key != "from" && $0.key != "decode" }
        for entry in others {
            report(
                entry.place, .mappingStep, "'\(entry.key)' does nothing to a file's bytes",
                "write a selector, or { from: <selector>, decode: base64 }")
        }
        if let decode = value["decode"], decode.text != "base64" {
            report(decode.place, .mappingStep, "a file's bytes are decoded from base64 alone", "write decode: base64")
            return nil
        }
        guard let from = value["from"] else {
            report(value.place, .mappingSource, "'\(name)' does not say where the bytes are", "add 'from: <selector>'")
            return nil
        }
        guard others.isEmpty else { return nil }
        return selector(from).map { ContentProgram(field: name, selector: $0, isBase64: value["decode"] != nil) }
    }
}
