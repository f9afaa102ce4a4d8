internal import SluiceSDK

/// Writes a draft's lines.
struct DraftWriter {
    let id: String
    var lines: [String] = []

    init(id: String) { self.id = id }

    mutating func identity(_ channelClass: ChannelFile.Class, profile: String?) {
        lines = [
            "# yaml-language-server: $schema=../schema/channel.json",
            "# 渠道说明：上游是什么系统、怎样给数据、与谁约定。写完后逐项核对下面每个值。",
            "id: \(id)",
            "name: 请填写渠道名称",
            "class: \(channelClass.rawValue)",
            "level: municipal   # national | provincial | municipal",
            "authority: 请填写主管单位",
            "enabled: false   # 核对完毕后删去这一行",
        ]
        if let profile { lines.append("extends: \(profile)   # profiles/\(profile).yaml") }
    }

    /// The keys of one plugin that are required and not there yet.
    /// - Parameter isWritten: the section begins here; else a profile began it and only what is missing is added.
    /// - Throws: `ConfigIssue` when no plugin has the type.
    mutating func section(_ name: String, _ base: ConfigValue?, _ plugins: [PluginSpec], isWritten: Bool) throws {
        let type = base?["type"]?.text ?? ""
        guard let plugin = plugins.first(where: { $0.name == type }) else {
            throw ConfigIssue(
                at: base?.place ?? .unknown, "config.unknown-plugin", "there is no '\(type)' for '\(name)'",
                hint: NearestName.hint(for: type, among: plugins.map(\.name)))
        }
        var keys = isWritten ? ["  type: \(type)   # sluice docs \(type)"] : []
        keys += missing(plugin.config, base, indent: "  ", of: plugin.name)
        guard !keys.isEmpty else { return }
        lines += ["", "\(name):"] + keys
    }

    private func missing(_ spec: ConfigSpec, _ base: ConfigValue?, indent: String, of plugin: String) -> [String] {
        spec.fields.flatMap { field -> [String] in
            if let value = base?[field.name], !value.isNull {
                let inner = missing(inside: field.type, value, indent: indent + "  ", of: plugin)
                return inner.isEmpty ? [] : ["\(indent)\(field.name):"] + inner
            }
            return field.isRequired ? ["\(indent)\(field.name): \(value(of: field, plugin))"] : []
        }
    }

    /// What a profile began and left open, such as the key of its signature.
    private func missing(inside type: ConfigType, _ value: ConfigValue, indent: String, of plugin: String) -> [String] {
        switch type {
        case .object(let spec): return missing(spec, value, indent: indent, of: plugin)
        case .variant(let tag, let variants):
            let variant = variants.first { $0.name == value[tag]?.text }
            return variant.map { missing($0.spec, value, indent: indent, of: plugin) } ?? []
        default: return []
        }
    }

    private func value(of field: ConfigField, _ plugin: String) -> String {
        let name = Self.variable(id)
        if case .secret = field.type { return "\"${env:\(name)_\(Self.variable(field.name))}\"" }
        switch (field.name, plugin) {
        case ("path", "http-push"): return "/channels/\(id)"
        case ("path", _): return "${env:\(name)_FOLDER}"
        case ("url", _): return "${env:\(name)_URL}/"
        default: return field.example.map(named) ?? "请填写"
        }
    }

    /// An example speaks of somebody else's secrets and addresses.
    private func named(_ example: String) -> String {
        guard let start = example.firstRange(of: "${"), let end = example[start.upperBound...].firstRange(of: "}")
        else {
            return example
        }
        let reference = "${env:\(Self.variable(id))_KEY}"
        let isQuoted = example[..<start.lowerBound].last == "\""
        return example[..<start.lowerBound] + (isQuoted || !example.hasPrefix("{") ? reference : "\"\(reference)\"")
            + example[end.upperBound...]
    }

    static func variable(_ id: String) -> String {
        String(id.uppercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
    }

    mutating func ticket(_ shape: SampleShape?) {
        let select = shape?.selector ?? { "请填写" + $0 }
        lines += [
            "",
            "# 每个字段写在上游记录里的位置；全部写法见 docs/value-object.md，全部字段见 sluice schema intake。",
            "ticket:",
            "  external_id: \(select("number"))   # 上游自己的编号：去重、回复都靠它",
            "  requested_datetime: { from: \(select("time")), date: \"yyyy-MM-dd HH:mm:ss\", zone: Asia/Shanghai }",
            "  request_type:",
            "    from: \(select("type"))",
            "    lookup: { 咨询: consultation, 求助: help, 投诉: complaint, 举报: report, 建议: suggestion, 表扬: praise }",
            "    default: help",
            "  title: \(select("title"))",
            "  description: { from: \(select("text")), clean: text }",
            "  requester.name: \(select("name"))",
            "  requester.phone: { from: \(select("phone")), clean: phone }",
            "  location.address: \(select("address"))",
        ]
    }
}
