internal import SluiceConfig
internal import SluiceSDK

/// What stories are made of: phrases by topic, towns and districts.
struct Library: Sendable {
    struct Town: Sendable {
        var name: String
        /// Nine digits; the first six are the district's.
        var code: String
        var district: String
    }

    let topics: [String: [Story]]
    let towns: [Town]

    /// - Parameter folder: the configuration folder; `samples/phrases.yaml`, `rules/towns.yaml`, `rules/divisions.yaml`.
    /// - Throws: `ConfigIssues`, `ConfigIssue` or `SimulatorError`.
    init(folder: String, lookups: [String: [String: String]]) throws {
        var topics: [String: [Story]] = [:]
        for topic in try YAMLFile.read(folder + "/samples/phrases.yaml").entries ?? [] {
            topics[topic.key] = try (topic.value.items ?? []).map { try Story(Config($0)) }
        }
        self.topics = topics
        let districts = Dictionary(
            (lookups["divisions"] ?? [:]).filter { $0.key != $0.value }.map { ($0.value, $0.key) }
        ) { first, _ in first }
        towns = (lookups["towns"] ?? [:]).sorted { $0.value < $1.value }.compactMap { name, code in
            districts[String(code.prefix(6))].map { Town(name: name, code: code, district: $0) }
        }
        guard !towns.isEmpty else {
            throw SimulatorError("simulator.no-towns", "\(folder)/rules needs towns.yaml and divisions.yaml")
        }
    }

    static let streets = ["文化路", "光明大道", "龙泉街", "青檀路", "解放北路", "新华街", "泰山南路"]
    static let surnames = ["张", "王", "李", "赵", "刘", "陈", "孙", "周", "吴", "郑"]
    static let givenNames = ["建国", "秀英", "伟", "敏", "志强", "丽", "洋", "桂兰", "晓东", "婷婷"]
    static let firms = ["恒信", "鲁南", "新远", "凤凰", "墨子"]
    static let trades = ["机械", "纺织", "食品", "建材", "物流"]
}
