public import SluiceSDK

/// E-mail: a message is one record.
public struct EmailFormat: Format {
    public static let spec = PluginSpec(
        "email", "E-mail messages (RFC 5322, MIME); each message is a record.",
        ConfigSpec([
            ConfigField(
                "automatic", .choice(["reject", "take"]), default: "reject", example: "take",
                "What becomes of bounces, automatic answers and mail from our own addresses: `reject` keeps them on the "
                    + "desk of rejects, `take` makes tickets of them. Neither is ever answered by mail."),
            ConfigField(
                "own", .list(.string), example: "[hotline@city.example]",
                "Our own addresses: mail from them is not a citizen's."),
        ]))

    private let takesAutomatic: Bool
    private let own: Set<String>

    /// - Throws: `ConfigIssue`.
    public init(_ config: Config) throws {
        takesAutomatic = try config.optionalString("automatic") == "take"
        own = Set(try config.strings("own").map { $0.lowercased() })
    }

    public func selector(_ text: String) throws -> Selector {
        Selector(text, program: try EmailSelector(text))
    }

    public func decode(_ message: RawMessage, limits: ChannelLimits, _ body: (DecodedRecord) throws -> Void) throws {
        let mail = try EmailMessage.read(message.bytes, own: own)
        if let kind = mail.automatic, kind.isRefused, !takesAutomatic { throw Self.refusal(kind) }
        try body(.record(EmailRecord(mail)))
    }

    private static func refusal(_ kind: AutomaticMail) -> RecordFault {
        let reason =
            switch kind {
            case .bounce: "a mail server's report about another mail, no citizen's request"
            case .ownAddress: "from one of our own addresses ('own'), no citizen's request"
            default: "written by a program (an absence note, a confirmation), no citizen's request"
            }
        return RecordFault(.decode, "email.\(kind.rawValue)", reason + "; 'automatic: take' would take it")
    }
}
