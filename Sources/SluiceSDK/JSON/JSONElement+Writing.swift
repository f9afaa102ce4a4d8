extension JSONElement {
    /// This element as JSON without white space, members in their order: the same bytes for the same content.
    public func minified() -> [UInt8] {
        var writer = JSONWriter()
        write(to: &writer)
        return writer.bytes
    }

    /// Recursion is as deep as the document, which `maxDepth` bounds.
    public func write(to writer: inout JSONWriter) {
        switch document.tag(index) {
        case JSONTag.object:
            writer.beginObject()
            forEachMemberIndex { key, value in
                writer.key(utf8: document.utf8(key))
                JSONElement(document: document, index: value).write(to: &writer)
            }
            writer.endObject()
        case JSONTag.array:
            writer.beginArray()
            forEachElementIndex { JSONElement(document: document, index: $0).write(to: &writer) }
            writer.endArray()
        case JSONTag.string: writer.string(utf8: document.utf8(index))
        case JSONTag.yes: writer.boolean(true)
        case JSONTag.no: writer.boolean(false)
        case JSONTag.null: writer.null()
        default: writer.raw((numberText ?? "null").utf8)
        }
    }
}
