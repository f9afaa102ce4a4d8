internal import SluiceSDK

/// `attachments:` of relay.yaml: what files may pass, and who looks for malware in them.
public struct AttachmentLimits: Sendable, Equatable {
    /// Bytes of one file.
    public var size: Int
    /// Media types by content; nil stands for the usual ones of citizens.
    public var types: [String]?
    /// nil: nothing is scanned.
    public var scan: Scan?

    /// Where clamd listens.
    public struct Scan: Sendable, Equatable {
        public enum Place: Sendable, Equatable {
            case socket(String)
            case address(host: String, port: Int)
        }

        public var place: Place
        /// For one file.
        public var time: Duration

        public init(place: Place, time: Duration) {
            self.place = place
            self.time = time
        }
    }

    static let spec = ConfigSpec([
        ConfigField("size", .size, default: "20MiB", "Bytes of one file."),
        ConfigField(
            "types", .list(.string), example: "[image/jpeg, image/png, application/pdf]",
            "Media types that may pass, told by a file's first bytes; left out, pictures, sound, video, text, PDF, OFD and "
                + "office documents without macros."),
        ConfigField(
            "scan", .object(scanSpec), example: "{ socket: /run/clamav/clamd.ctl }",
            "Has every file scanned by clamd. While it cannot be asked, files wait; tickets do not."),
    ])

    private static let scanSpec = ConfigSpec([
        ConfigField("socket", .string, example: "/run/clamav/clamd.ctl", "The socket file of clamd; or `address`."),
        ConfigField("address", .string, example: "127.0.0.1:3310", "Where clamd listens on TCP, in place of `socket`."),
        ConfigField("time", .duration, default: "60s", "How long one file may take."),
    ])

    /// - Throws: `ConfigIssue`.
    init(_ config: Config) throws {
        size = try config.optionalSize("size") ?? 20 << 20
        types = config.has("types") ? try config.strings("types").map { $0.lowercased() } : nil
        scan = try config.optionalObject("scan").map { try Scan($0) }
    }
}

extension AttachmentLimits.Scan {
    /// - Throws: `ConfigIssue`.
    init(_ config: Config) throws {
        let time = try config.duration("time")
        if let socket = try config.optionalString("socket"), !config.has("address") {
            self.init(place: .socket(socket), time: time)
            return
        }
        guard let text = try config.optionalString("address"), !config.has("socket"),
            let address = try? ListenAddress(text)
        else {
            throw ConfigIssue(
                at: config.place, "config.required", "'scan' needs one place where clamd listens",
                hint: "write 'socket: /run/clamav/clamd.ctl' or 'address: 127.0.0.1:3310'")
        }
        self.init(place: .address(host: address.host, port: address.port), time: time)
    }
}
