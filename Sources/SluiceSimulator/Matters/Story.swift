internal import SluiceSDK

/// One thing that people report, with slots that each telling fills: an entry of `samples/phrases.yaml`.
struct Story: Sendable {
    /// 咨询, 求助, 投诉, 举报, 建议 or 表扬.
    var kind: String
    /// First, second and third category.
    var category: [String]
    var title: String
    var text: Template
    /// Who is complained about; empty where nobody is.
    var respondent: String

    static let slots: Set<String> = ["place", "days", "count", "money"]

    /// - Throws: `ConfigIssue`.
    init(_ config: Config) throws {
        kind = try config.string("kind")
        title = try config.string("title")
        text = try Template(config.required("text"), allowed: Self.slots)
        respondent = try config.optionalString("respondent") ?? ""
        category = try config.string("category").split(separator: "/").map(String.init)
        guard category.count == 3 else {
            throw ConfigIssue(at: config.place, "simulator.category", "a category has three parts, a/b/c")
        }
    }
}
