public enum ConfigSchema {
    public enum Subject: String { case channel, handler, external, relay, `internal` }
    public static func jsonSchema(for subject: Subject, specs: PluginSpecs) -> [UInt8] { Array("{}".utf8) }
}
