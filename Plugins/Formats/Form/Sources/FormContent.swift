internal import SluiceSDK

/// A form as text: fields in the order they came, and files.
struct FormContent {
    var fields: [(name: String, value: String)] = []
    var files: [FormFile] = []

    init() {}

    func values(_ name: String) -> [String] {
        fields.filter { $0.name == name }.map(\.value)
    }

    /// `{"fields": {"title": "…", "photo": ["…", "…"]}, "files": [{"field", "name", "type", "size", "sha256"}]}`: what
    /// the record's digest is taken over and a person edits. Nothing of a boundary, which is another each time.
    func json() -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("fields")
        writer.beginObject()
        var written: Set<String> = []
        for field in fields where written.insert(field.name).inserted {
            let values = values(field.name)
            if values.count == 1 { writer.field(field.name, values[0]) } else { writer.field(field.name, values) }
        }
        writer.endObject()
        if !files.isEmpty {
            writer.key("files")
            writer.beginArray()
            for file in files { file.write(to: &writer) }
            writer.endArray()
        }
        writer.endObject()
        return writer.bytes
    }

    /// - Throws: `RecordFault`.
    init(json: [UInt8], limits: ChannelLimits) throws {
        let root: JSONElement
        do throws(JSONFault) {
            root = try JSONDocument.parse(json, maxDepth: limits.depth).root
        } catch {
            throw RecordFault(error)
        }
        var isSound = !root.isDamaged
        root.forEachMember { key, value in
            switch (key, value.kind) {
            case ("fields", .object): value.forEachMember { isSound = add($0, $1) && isSound }
            case ("files", .array): value.forEachElement { isSound = add(file: $0) && isSound }
            default: isSound = false
            }
        }
        guard root.kind == .object, isSound else {
            throw RecordFault(
                .decode, "form.record",
                "a kept form is {\"fields\": {name: text or list of texts}, \"files\": [{field, name, type, size, sha256}]}"
            )
        }
    }

    /// Gives the files of a kept form their bytes, where the message that they came in is still here.
    mutating func takeFiles(of body: FormBody) {
        for file in body.files {
            let digest = Hex.encode(file.bytes.withUnsafeBytes { SHA256.hash($0) })
            for index in files.indices where files[index].sha256 == digest { files[index].bytes = file.bytes }
        }
    }

    private mutating func add(_ name: String, _ value: JSONElement) -> Bool {
        if let text = value.string {
            fields.append((name, text))
            return true
        }
        guard value.kind == .array else { return false }
        var isSound = true
        value.forEachElement { item in
            if let text = item.string { fields.append((name, text)) } else { isSound = false }
        }
        return isSound
    }

    private mutating func add(file: JSONElement) -> Bool {
        var members: [String: JSONElement] = [:]
        file.forEachMember { members[$0] = $1 }
        guard let field = members["field"]?.string, let name = members["name"]?.string,
            let size = members["size"]?.integer, let digest = members["sha256"]?.string
        else { return false }
        files.append(
            FormFile(
                field: field, name: name, mediaType: members["type"]?.string, size: Int(clamping: size), sha256: digest)
        )
        return true
    }
}

/// A file of a form.
struct FormFile {
    var field: String
    var name: String
    var mediaType: String?
    var size: Int
    var sha256: String
    /// nil in a form that was kept without them.
    var bytes: ArraySlice<UInt8>?

    /// What stands behind the last separator of either kind; no name leads anywhere.
    static func plainName(_ sent: String) -> String {
        let name = sent.split { $0 == "/" || $0 == "\\" }.last.map(String.init) ?? ""
        return name.isEmpty || name == "." || name == ".." ? "file" : name
    }

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.field("field", field)
        writer.field("name", name)
        writer.field("type", mediaType)
        writer.field("size", size)
        writer.field("sha256", sha256)
        writer.endObject()
    }
}
