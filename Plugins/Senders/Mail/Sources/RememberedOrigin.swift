internal import SluiceSDK

/// What an answer needs of the letter that it answers, and how the channel's format calls it.
enum RememberedOrigin {
    private static let fields: [(name: String, selectors: [String], description: String)] = [
        ("to", ["reply_to.address"], "The citizen's address."),
        ("subject", ["subject"], "The letter's subject."),
        ("message_id", ["message_id"], "Its Message-ID, without angle brackets."),
        ("references", ["references", "in_reply_to"], "Message-IDs of the thread before it."),
        ("automatic", ["automatic"], "Says something when the letter must not be answered by a machine."),
    ]

    static let spec = ConfigSpec(
        fields.map { ConfigField($0.name, .selector, required: $0.name == "to", $0.description) })

    static func values(_ config: Config) throws -> [OriginValue] {
        guard let own = config.optionalObject("remember") else {
            return fields.map { OriginValue($0.name, $0.selectors, at: config.place) }
        }
        return try fields.compactMap { field in
            guard let selector = try own.optionalString(field.name) else { return nil }
            return OriginValue(field.name, [selector], at: own.optional(field.name)?.place ?? own.place)
        }
    }
}
