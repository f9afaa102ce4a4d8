internal import SluiceSDK

/// Makes text of a form's bytes.
struct FormText {
    let charset: Charset?
    let contentType: String?

    /// - Throws: `RecordFault` with code `charset.invalid` or `form.charset`.
    func content(_ body: FormBody) throws -> FormContent {
        let usual = try charset ?? named(body)
        var content = FormContent()
        for (index, field) in body.fields.enumerated() {
            let own = charset == nil ? try field.charset.map(known) : nil
            let name = try text(field.name, usual, "the name of field \(index + 1)")
            content.fields.append((name, try text(field.value, own ?? usual, "field \(index + 1)")))
        }
        for (index, file) in body.files.enumerated() {
            content.files.append(
                FormFile(
                    field: try text(file.field, usual, "the field of file \(index + 1)"),
                    name: FormFile.plainName(try text(file.name, usual, "the name of file \(index + 1)")),
                    mediaType: file.mediaType, size: file.bytes.count,
                    sha256: Hex.encode(file.bytes.withUnsafeBytes { SHA256.hash($0) }), bytes: file.bytes))
        }
        return content
    }

    /// What the form or its Content-Type says.
    private func named(_ body: FormBody) throws -> Charset {
        if let field = body.fields.first(where: { $0.name.elementsEqual("_charset_".utf8) }), !field.value.isEmpty {
            return try known(String(decoding: field.value, as: UTF8.self))
        }
        return try contentType.flatMap { MediaType($0).parameters["charset"] }.map(known) ?? .utf8
    }

    private func known(_ label: String) throws -> Charset {
        if let charset = Charset(label) { return charset }
        throw RecordFault(.decode, "form.charset", "the form says a charset that is none; set 'charset'")
    }

    private func text(_ bytes: ArraySlice<UInt8>, _ charset: Charset, _ what: String) throws -> String {
        do throws(CharsetFault) {
            return String(decoding: try charset.decode(Array(bytes)), as: UTF8.self)
        } catch {
            throw RecordFault(
                .decode, "charset.invalid", "\(what) holds bytes that are no text in \(charset); set 'charset'")
        }
    }
}
