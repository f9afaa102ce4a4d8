internal import SluiceSDK

/// `replies:` of internal.yaml and of relay.yaml: what may leave the internal network. Each zone holds replies against
/// its own.
public struct WayOut: Sendable, Equatable {
    /// What becomes of the free text in a reply.
    public enum Text: String, Sendable, CaseIterable {
        case automatic
        /// A person at the relay releases it.
        case review
        /// It stays inside.
        case never
    }

    /// Case events that may be told; nil for all.
    public var events: Set<String>?
    /// For `"*"`.
    public var otherTexts = Text.automatic
    public var texts: [String: Text] = [:]

    public init() {}

    public func allows(event: String) -> Bool { events?.contains(event) ?? true }
    public func text(for channelID: String) -> Text { texts[channelID] ?? otherTexts }
}

extension WayOut {
    static let field = ConfigField(
        "replies",
        .object(
            ConfigSpec([
                ConfigField(
                    "events", .list(.choice(CaseEventNames.all)), example: "[replied, returned]",
                    "The case events that may leave; left out, all."),
                ConfigField(
                    "text", .map(.choice(Text.allCases.map(\.rawValue))), default: "{\"*\": automatic}",
                    "Free text in replies, by the channel it goes to: `automatic`, `review` (a person at the relay releases it) or `never`; `\"*\"` for all that are not named."
                ),
            ])), default: "{}",
        "What may leave the internal network, beside the fixed list of fields. The internal zone and the relay each keep their own; the stricter counts."
    )

    init(_ config: Config) throws {
        self.init()
        events = config.has("events") ? Set(try config.strings("events")) : nil
        for entry in try config.required("text").entries ?? [] {
            let text = entry.value.text.flatMap(Text.init) ?? .review
            if entry.key == "*" { otherTexts = text } else { texts[entry.key] = text }
        }
    }
}
