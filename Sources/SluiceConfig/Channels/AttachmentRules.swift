public import SluiceSDK

/// A channel's `attachments:`: what files may come with its tickets, and where they may be fetched.
public struct AttachmentRules: Sendable, Equatable {
    /// Bytes of one file, after every decoding.
    public var size = 10 << 20
    /// Files of one ticket.
    public var count = 20
    /// nil: addresses in a ticket are text, and nothing is fetched.
    public var fetch: Fetch?

    public init() {}

    public struct Fetch: Sendable, Equatable {
        /// Exact names, or `*.example.org` for every name below one; in lower case.
        public var hosts: [String]
        /// `https`, `http`.
        public var schemes: Set<String> = ["https"]
        /// Addresses inside that may be reached all the same.
        public var networks: [CIDR] = []
        /// For one attempt, from the look-up of the name to the last byte.
        public var time = Duration.seconds(30)
        public var attempts = 6
        public var firstPause = Duration.seconds(10)
        public var longestPause = Duration.seconds(600)

        public init(hosts: [String]) {
            self.hosts = hosts
        }

        public func allows(host: String) -> Bool {
            hosts.contains { $0 == host || $0.hasPrefix("*.") && host.hasSuffix($0.dropFirst()) }
        }
    }

    static let spec = ConfigSpec([
        ConfigField("size", .size, default: "10MiB", "Bytes of one file; a larger one is not carried. At most 256MiB."),
        ConfigField("count", .integer(1...1000), default: "20", "Files of one ticket; further ones are not carried."),
        ConfigField(
            "fetch", .object(fetchSpec), example: "{ hosts: [files.12315.example] }",
            "Fetch the files that `media_url` names. Left out, addresses stay text."),
    ])

    private static let fetchSpec = ConfigSpec([
        ConfigField(
            "hosts", .list(.string), required: true, example: "[files.12315.example, \"*.oss.example\"]",
            "The only hosts that are asked. `*.` stands for every name below one."),
        ConfigField(
            "schemes", .list(.choice(["https", "http"])), default: "[https]", "How they may be asked."),
        ConfigField(
            "networks", .list(.network), default: "[]", example: "[10.8.0.0/16]",
            "Addresses inside (private, link-local, loopback) are refused, whatever name leads to them, but for these."),
        ConfigField("time", .duration, default: "30s", "How long one attempt may take."),
        ConfigField("attempts", .integer(1...100), default: "6", "After so many the file is given up."),
        ConfigField(
            "backoff", .string, default: "10s..10m", "The first wait and the longest; each is twice the one before."),
    ])

    /// - Throws: `ConfigIssue`.
    init(_ config: Config) throws {
        size = try config.optionalSize("size") ?? size
        count = try config.integer("count")
        guard (1...256 << 20).contains(size) else {
            throw ConfigIssue(
                at: try config.required("size").place, "config.range", "'size' is not between 1B and 256MiB",
                hint: "write 10MiB")
        }
        fetch = try config.optionalObject("fetch").map(Fetch.init)
    }
}

extension AttachmentRules.Fetch {
    /// - Throws: `ConfigIssue`.
    init(_ config: Config) throws {
        self.init(hosts: try config.strings("hosts").map { $0.lowercased() })
        schemes = Set(try config.strings("schemes"))
        networks = try config.networks("networks") ?? []
        time = try config.duration("time")
        attempts = try config.integer("attempts")
        let backoff = try config.required("backoff")
        guard let range = backoff.text.flatMap(Units.durationRange) else {
            throw ConfigIssue(
                at: backoff.place, "config.type", "'backoff' is not a range of durations", hint: "write 10s..10m")
        }
        (firstPause, longestPause) = range
        if let bad = hosts.first(where: { !Self.isHost($0) }) {
            throw ConfigIssue(
                at: try config.required("hosts").place, "config.type", "'\(bad)' is not a host",
                hint: "write a name or an address without scheme, port and path; *. may stand in front of a name")
        }
    }

    private static func isHost(_ text: String) -> Bool {
        let name = text.hasPrefix("*.") ? text.dropFirst(2) : text[...]
        return !name.isEmpty && !name.contains { "/*?#@ []".contains($0) }
            && (!name.contains(":") || IPAddress(text) != nil)
    }
}
