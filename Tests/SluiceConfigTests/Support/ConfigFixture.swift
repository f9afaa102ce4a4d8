import Foundation
import SluiceConfig
import SluiceSDK
import SluiceTesting

/// A configuration folder of its own, loaded with a few small plugins.
struct ConfigFixture {
    let temporary = TemporaryFolder()
    var folder: String { temporary.path + "/conf" }

    init(_ files: [String: String] = [:]) throws {
        for (name, text) in files { try write(text, to: name) }
    }

    func write(_ text: String, to name: String) throws {
        let url = URL(fileURLWithPath: folder + "/" + name)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
    }

    func load(environment: [String: String] = [:]) -> LoadedConfiguration {
        ConfigFolder.load(folder, specs: Self.specs, environment: environment)
    }

    /// All issues, as they are printed, with the folder's name taken off.
    func issues(environment: [String: String] = [:]) -> [String] {
        load(environment: environment).issues.map(line)
    }

    func line(_ issue: ConfigIssue) -> String {
        issue.description.replacingOccurrences(of: folder + "/", with: "")
    }

    static let auth = ConfigType.variant(
        tag: "type",
        [
            ConfigVariant("none", "Anybody.", ConfigSpec([])),
            ConfigVariant(
                "bearer", "A token.", ConfigSpec([ConfigField("token", .secret, required: true, "The token.")])),
        ])

    static let specs = PluginSpecs(
        transports: [
            PluginSpec(
                "http-push", "The upstream calls.",
                ConfigSpec([
                    ConfigField("path", .string, required: true, example: "/channels/12345", "Where."),
                    ConfigField("methods", .list(.choice(["POST", "PUT"])), default: "[POST]", "How."),
                    ConfigField("auth", auth, default: "{ type: none }", "Who."),
                    ConfigField("window", .duration, default: "5m", "How old."),
                    ConfigField("workers", .integer(1...8), default: "2", "How many."),
                    ConfigField("strict", .boolean, default: "false", "How strict."),
                    ConfigField("cap", .size, "How large."),
                    ConfigField("pace", .rate, "How fast."),
                    ConfigField("allow", .oneOrMany(.network), "From where."),
                    ConfigField("answer", .template, "What to say."),
                    ConfigField("body", .any, "Anything."),
                    ConfigField("pattern", .string, default: "*.csv", "Which files."),
                ])),
            PluginSpec(
                "directory", "A drop folder.", ConfigSpec([ConfigField("path", .string, required: true, "Where.")])),
        ],
        formats: [
            PluginSpec("json", "JSON.", ConfigSpec([ConfigField("records", .selector, default: "$", "Which.")]))
        ],
        replySenders: [
            PluginSpec("http", "HTTP.", ConfigSpec([ConfigField("url", .template, required: true, "Where.")]))
        ],
        deliverySenders: [
            PluginSpec(
                "webhook", "Standard Webhooks.",
                ConfigSpec([
                    ConfigField("url", .string, required: true, "Where."), ConfigField("secret", .secret, "Signs."),
                ]))
        ])

    static func channel(_ id: String, source: String = "{ type: http-push, path: /a }", more: String = "") -> String {
        """
        id: \(id)
        name: 热线
        class: hotline
        level: municipal
        authority: 市政务服务局
        source: \(source)
        format: { type: json }
        ticket: { external_id: $.id }
        \(more)
        """
    }

    static func handler(_ id: String, _ more: String) -> String {
        "id: \(id)\nname: 处理单位\ndeliver: { type: webhook, url: http://10.0.0.8/ }\n\(more)\n"
    }

    static let fallback = handler("rest", "role: owner\nfallback: true")
}
