public import SluiceSDK

/// The upstream sends its records to us by HTTP.
public struct HTTPPushTransport: PushTransport {
    public static let spec = PluginSpec(
        "http-push", "The upstream sends its records to this gateway by HTTP.",
        ConfigSpec([
            ConfigField(
                "path", .string, required: true, example: "/channels/12345",
                "The path that the upstream calls; one channel a path."),
            ConfigField(
                "methods", .list(.choice(["POST", "PUT"])), default: "[POST]", example: "[POST, PUT]",
                "The methods that are taken."),
            IncomingAuth.field,
            ConfigField(
                "respond", .object(AnswerTemplate.respondSpec),
                example: "{ accepted: { json: { success: true, id: \"{ticket_id}\" } } }",
                "The answers that the upstream insists on; without it, Sluice's own JSON."),
        ]))

    public let endpoint: PushEndpoint
    private let auth: IncomingAuth
    private let accepted: AnswerTemplate?
    private let rejected: AnswerTemplate?

    /// - Throws: `ConfigIssue`.
    public init(_ config: Config, context: ChannelContext) throws {
        let methods = try config.strings("methods")
        endpoint = PushEndpoint(path: try Self.path(config), methods: methods.isEmpty ? ["POST"] : methods)
        auth = try IncomingAuth(try config.object("auth"))
        let respond = config.optionalObject("respond")
        accepted = try respond?.optionalObject("accepted").map(AnswerTemplate.init)
        rejected = try respond?.optionalObject("rejected").map(AnswerTemplate.init)
    }

    public func admit(_ request: PushRequest) throws -> RawMessage {
        try auth.check(request)
        return RawMessage(
            bytes: request.body, contentType: request.header("content-type"), origin: request.remoteAddress)
    }

    public func answer(_ result: PushResult) -> PushResponse {
        switch result {
        case .journalled(let outcome):
            let isRejected = outcome.accepted == 0 && outcome.rejected > 0
            let template = isRejected ? rejected : accepted
            let facts = AnswerFacts(outcome)
            return template?.response(facts, status: isRejected ? 422 : 200)
                ?? PushResponse.outcome(outcome, status: isRejected ? 422 : 200)
        case .refused(let refusal):
            guard var response = rejected?.response(AnswerFacts(refusal), status: refusal.status) else {
                return .error(refusal)
            }
            // How long to wait is said in whatever words the upstream insists on.
            let own = Set(response.headers.map { $0.name.lowercased() })
            response.headers += refusal.headers.filter { !own.contains($0.name.lowercased()) }
            return response
        }
    }

    private static func path(_ config: Config) throws -> String {
        let path = try config.string("path")
        let isPlain = path.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
            default: "/-._~".utf8.contains(byte)
            }
        }
        guard path.hasPrefix("/"), path.count > 1, isPlain else {
            throw ConfigIssue(
                at: config.optional("path")?.place ?? config.place, "http-push.path",
                "\"\(path)\" is not a path of letters, digits, - . _ ~ and /", hint: "write /channels/12345")
        }
        return path
    }
}
