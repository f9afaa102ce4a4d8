internal import SluiceSDK

/// JSON Schema (draft 2020-12) of the configuration files, for editors and validators; made from the same
/// declarations that the strict decoder reads.
public enum ConfigSchema {
    public enum Subject: String, Sendable, CaseIterable {
        case channel, handler, external, relay, `internal`
    }

    public static func jsonSchema(for subject: Subject, specs: PluginSpecs) -> [UInt8] {
        var writer = SchemaWriter()
        writer.json.beginObject()
        writer.json.field("$schema", "https://json-schema.org/draft/2020-12/schema")
        writer.json.field("title", subject.title)
        let spec = subject.spec(specs)
        if subject == .channel {
            writer.channel(spec)
        } else {
            writer.members(of: spec, special: subject == .handler ? ["match": "filter"] : [:])
            writer.json.key("$defs")
            writer.json.beginObject()
            writer.sharedDefinitions()
            if subject == .handler { writer.filterDefinition() }
            writer.json.endObject()
        }
        writer.json.endObject()
        return writer.json.bytes
    }
}

extension ConfigSchema.Subject {
    var title: String {
        switch self {
        case .channel: "A channel of Sluice: hotlines/<id>.yaml, web/<id>.yaml"
        case .handler: "A handler of Sluice: handlers/<id>.yaml"
        case .external: "The external zone of Sluice: external.yaml"
        case .relay: "The relay of Sluice: relay.yaml"
        case .internal: "The internal zone of Sluice: internal.yaml"
        }
    }

    func spec(_ specs: PluginSpecs) -> ConfigSpec {
        switch self {
        case .channel: ChannelFile.spec(specs)
        case .handler: HandlerFile.spec(specs)
        case .external: ZoneSpecs.external
        case .relay: ZoneSpecs.relay
        case .internal: ZoneSpecs.internalZone
        }
    }
}
