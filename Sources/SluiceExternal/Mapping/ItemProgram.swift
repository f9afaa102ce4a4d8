internal import SluiceBoundary
internal import SluiceSDK

/// How the items of `attachments` or `attributes` are made: one for every node of `each`, or one of the record itself.
struct ItemProgram: Sendable {
    /// nil: the item's selectors start from the record.
    var each: Selector?
    var members: [String: ValueProgram]
    /// Where an attachment's bytes stand; nil where they do not come with the record.
    var content: ContentProgram?

    /// More in one record is an attack or a mistake of the selector.
    static let maxItems = 1_000

    func attachments(_ run: inout MappingRun) throws -> [TicketAttachment] {
        try nodes(run).compactMap { node in
            let url = try text("media_url", node, &run)
            let name = try text("name", node, &run)
            let bytes = try content?.bytes(node) ?? []
            if name == nil, url == nil, bytes.isEmpty { return nil }
            guard let name = name ?? url?.split(separator: "/").last.map(String.init) else {
                throw required("name")
            }
            var item = TicketAttachment(
                name: AttachmentName.cleaned(name), mediaType: try text("media_type", node, &run),
                size: try size(node, &run),
                sha256: try digest(node, &run), mediaURL: url)
            if !bytes.isEmpty {
                // What is here needs nobody's word.
                (item.size, item.sha256) = (bytes.count, Hex.encode(SHA256.hash(bytes)))
                run.contents[item.sha256 ?? ""] = bytes
            }
            return item
        }
    }

    /// An attribute without a value says nothing and is left out.
    func attributes(_ run: inout MappingRun) throws -> [TicketAttribute] {
        try nodes(run).compactMap { node in
            guard let value = try text("value", node, &run) else { return nil }
            guard let code = try text("code", node, &run) else { throw required("code") }
            return TicketAttribute(code: code, value: value)
        }
    }

    private func nodes(_ run: MappingRun) throws -> [any Record] {
        guard let each else { return [run.record] }
        let nodes = try run.record.children(each)
        guard nodes.count <= Self.maxItems else {
            throw RecordFault(.map, "map.too-many", "more than \(Self.maxItems) items", selector: each.text)
        }
        return nodes
    }

    private func text(_ member: String, _ node: any Record, _ run: inout MappingRun) throws -> String? {
        guard let program = members[member] else { return nil }
        guard let text = try program.single(try program.run(&run, on: node)) else { return nil }
        guard text.utf8.count <= FieldProgram.maxTextBytes else {
            throw program.fault("map.too-long", "the text is longer than 64 KiB")
        }
        return text
    }

    private func size(_ node: any Record, _ run: inout MappingRun) throws -> Int? {
        guard let program = members["size"], let text = try text("size", node, &run) else { return nil }
        guard let size = Int(text), size >= 0 else {
            throw program.fault("map.number", "the size is not a whole number")
        }
        return size
    }

    private func digest(_ node: any Record, _ run: inout MappingRun) throws -> String? {
        guard let program = members["sha256"], let text = try text("sha256", node, &run)?.lowercased() else {
            return nil
        }
        guard Hex.decode(text)?.count == 32 else {
            throw program.fault("map.code", "the digest is not 64 hexadecimal digits")
        }
        return text
    }

    private func required(_ member: String) -> RecordFault {
        members[member]?.fault("map.required", "the field is empty")
            ?? RecordFault(.map, "map.required", "the field is empty", field: member)
    }
}
