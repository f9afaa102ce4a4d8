internal import SluiceSDK

/// One of relay.yaml's `rules:`: what a channel releases by itself is held for a person when the rule fires.
public struct HoldRule: Sendable, Equatable {
    /// What a rule that reads texts does with one that is sealed.
    public enum SealedText: String, Sendable, CaseIterable {
        case hold, release
    }

    /// More tickets in an hour than a channel's own history lets one expect.
    public struct Rate: Sendable, Equatable {
        /// So many times the average hour.
        public var times: Int
        /// Fewer than so many in an hour are never held.
        public var least: Int

        public init(times: Int, least: Int) {
            self.times = times
            self.least = least
        }
    }

    /// What a ticket's attachments may be, as far as the ticket says it.
    public struct Attachments: Sendable, Equatable {
        public var count: Int?
        public var size: Int?
        /// Media types, `image/*`; empty allows all.
        public var types: [String]

        public init(count: Int? = nil, size: Int? = nil, types: [String] = []) {
            self.count = count
            self.size = size
            self.types = types
        }
    }

    /// Ids, or `*` for all.
    public var channels: [String] = ["*"]
    /// The first so many tickets of a channel.
    public var probation: Int?
    public var rate: Rate?
    public var words: [String] = []
    /// Bytes of UTF-8 in everything that a person wrote.
    public var text: Int?
    public var attachments: Attachments?
    public var sealedText = SealedText.hold

    public init() {}

    public func covers(_ channelID: String) -> Bool { channels.contains("*") || channels.contains(channelID) }

    /// The rule looks into what citizens wrote.
    public var readsTexts: Bool { !words.isEmpty || text != nil || attachments != nil }
}

extension HoldRule {
    static let spec = ConfigSpec([
        ConfigField("channels", .list(.string), default: "[\"*\"]", "Which channels it is about; `\"*\"` for all."),
        ConfigField(
            "probation", .integer(1...1_000_000), example: "20", "Holds the first so many tickets of a channel."),
        ConfigField(
            "rate",
            .object(
                ConfigSpec([
                    ConfigField(
                        "times", .integer(2...1000), required: true, example: "5", "So many times the average hour."),
                    ConfigField(
                        "least", .integer(1...1_000_000), default: "100",
                        "Fewer than so many in an hour are never held."),
                ])), example: "{ times: 5, least: 100 }",
            "Holds what comes over and above a channel's own habit: its tickets in this hour against its average hour of the last 14 days. Says nothing before the channel has a day of history."
        ),
        ConfigField(
            "words", .list(.string), example: "[转账, 刷单]",
            "Holds a ticket with one of these in its title, text, address, tags or attributes; white space and case do not count."
        ),
        ConfigField("text", .size, example: "20KiB", "Holds a ticket whose texts are longer together."),
        ConfigField(
            "attachments",
            .object(
                ConfigSpec([
                    ConfigField("count", .integer(0...10_000), example: "5", "At most so many."),
                    ConfigField(
                        "size", .size, example: "20MiB", "None is larger; where a size is not known it does not count."),
                    ConfigField(
                        "types", .list(.string), default: "[]",
                        "Media types, `image/*` for a family; one that is not known is held. Empty allows all."),
                ])), example: "{ count: 5, types: [image/*, application/pdf] }",
            "Holds a ticket whose attachments are others, as far as the ticket itself says."),
        ConfigField(
            "sealed_text", .choice(SealedText.allCases.map(\.rawValue)), default: "hold",
            "What `words`, `text` and `attachments` do with a ticket whose text is sealed, as a confidential channel's is: they cannot look into it."
        ),
    ])

    init(_ config: Config) throws {
        self.init()
        channels = try config.strings("channels")
        probation = config.has("probation") ? try config.integer("probation") : nil
        if let rate = config.optionalObject("rate") {
            self.rate = Rate(times: try rate.integer("times"), least: try rate.integer("least"))
        }
        words = config.has("words") ? try config.strings("words") : []
        text = try config.optionalSize("text")
        if let allowed = config.optionalObject("attachments") {
            attachments = Attachments(
                count: allowed.has("count") ? try allowed.integer("count") : nil,
                size: try allowed.optionalSize("size"),
                types: try allowed.strings("types"))
        }
        sealedText = SealedText(rawValue: try config.string("sealed_text")) ?? .hold
    }
}
