import SluiceConfig
import SluiceSDK

/// What makes two upstreams differ for whoever connects them: transport, proof, place of the records, names of the
/// fields.
struct ChannelShape: Hashable {
    var transport: String
    var auth: String
    var records: String
    var fields: Set<String>

    init(_ channel: ChannelFile) {
        transport = channel.source.type
        auth = (try? channel.source.config.optionalObject("auth")?.optionalString("type")) ?? "none"
        records = (try? channel.format.config.optionalString("records")) ?? "-"
        fields = Set(channel.ticket.flatMap { Self.selectors($0.value) })
    }

    private static let keys: Set = ["from", "first", "join", "split", "digest", "each", "at"]

    private static func selectors(_ value: ConfigValue) -> [String] {
        if let text = value.text { return [text] }
        if let items = value.items { return items.flatMap(selectors) }
        return (value.entries ?? []).flatMap { entry -> [String] in
            if keys.contains(entry.key) { return entry.value.items?.compactMap(\.text) ?? [entry.value.text ?? ""] }
            // Members of attachments and attributes hold value objects of their own.
            return ["name", "media_url", "code", "value", "size", "media_type"].contains(entry.key)
                ? selectors(entry.value) : []
        }
    }
}
