internal import SluiceConfig
internal import SluiceSDK

extension GoodChannel {
    /// As it stands in external.db.
    var stored: String {
        var writer = JSONWriter()
        writer.beginObject()
        writer.field("written", written)
        writer.key("lookups")
        writer.beginObject()
        for (name, table) in lookups.sorted(by: { $0.key < $1.key }) {
            writer.key(name)
            writer.beginObject()
            for (key, value) in table.sorted(by: { $0.key < $1.key }) { writer.field(key, value) }
            writer.endObject()
        }
        writer.endObject()
        writer.endObject()
        return writer.text
    }

    /// nil for what `stored` did not give.
    init?(id: String, stored: String) {
        guard let root = try? JSONDocument.parse(Array(stored.utf8)).root, let written = root["written"]?.string else {
            return nil
        }
        self.init(id: id, written: written, lookups: [:])
        root["lookups"]?.forEachMember { name, table in
            lookups[name] = [:]
            table.forEachMember { key, value in lookups[name]?[key] = value.string }
        }
    }
}
