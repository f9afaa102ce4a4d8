public import SluiceSDK

/// One channel, as `hotlines/<id>.yaml` or `web/<id>.yaml` says it, after `extends` and with the defaults filled in.
public struct ChannelFile: Sendable {
    public enum Class: String, Sendable, CaseIterable {
        case hotline, web
    }

    public enum Level: String, Sendable, CaseIterable {
        case national, provincial, municipal
    }

    /// How a hotline was joined to 12345.
    public enum MergeMode: String, Sendable, CaseIterable {
        case merged, dual, subcentre, linked
    }

    /// What happens when the channel cannot start.
    public enum Startup: String, Sendable, CaseIterable {
        case retry, disable
    }

    public var id: String
    public var name: String
    public var channelClass: Class
    public var level: Level
    public var authority: String
    public var mergeMode: MergeMode?
    public var isEnabled: Bool
    public var startup: Startup
    public var release: ReleasePolicy
    /// The whole text is sealed, and raw bytes at rest too.
    public var isConfidential: Bool
    public var limits: ChannelLimits
    /// How long raw bytes stay on the external side.
    public var rawRetention: Duration
    /// Nothing for so long is an alert; nil means never.
    public var silentAfter: Duration?
    public var source: PluginUse
    public var format: PluginUse
    /// Canonical intake field to value object, in the order of the file; compiled by `Mapping`.
    public var ticket: [ConfigEntry]
    /// What files may come with its tickets.
    public var attachments: AttachmentRules
    /// The value object that tells tickets from follow-ups; nil where every record is a ticket.
    public var kind: ConfigValue?
    /// nil for a channel that takes no replies.
    public var reply: ReplyUse?
    public var place: ConfigPlace
    /// The configuration's version: twelve hexadecimal digits of the resolved content's SHA-256, in which secrets
    /// stand as their references. Rotating a secret keeps the version.
    public var version: String
    /// Like `version`, over secrets too. For comparing in memory; never written anywhere.
    public var fingerprint = ""
    /// What the file and its profiles say, with references in place of secrets: it may be kept, for `GoodChannel`.
    public var written = ""

    /// The file that says it, as given to `ConfigFolder.load`.
    public var path: String { place.file }
}

/// Whether what a channel sends goes on by itself or waits for a person.
public enum ReleasePolicy: String, Sendable, CaseIterable {
    case automatic, review

    /// The stricter of two: the relay's own list may only tighten what a channel says.
    public func tightened(by other: ReleasePolicy) -> ReleasePolicy {
        self == .review || other == .review ? .review : .automatic
    }
}

/// How replies go back to the channel.
public struct ReplyUse: Sendable {
    /// What to do with a reply of which a crash left unknown whether the source has it.
    public enum Unknown: String, Sendable, CaseIterable {
        case resend, ask
    }

    public var sender: PluginUse
    /// The case events that go back.
    public var events: [String]
    public var onUnknown: Unknown
    /// After so many failed attempts the reply waits for a person.
    public var attempts = 50
    public var firstPause = Duration.seconds(1)
    public var longestPause = Duration.seconds(300)

    public init(sender: PluginUse, events: [String], onUnknown: Unknown) {
        self.sender = sender
        self.events = events
        self.onUnknown = onUnknown
    }
}
