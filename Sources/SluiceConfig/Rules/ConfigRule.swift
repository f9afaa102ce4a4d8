public import SluiceSDK

/// Every rule that configuration is held against. The codes are stable: scripts and people refer to them.
public enum ConfigRule: String, Sendable, CaseIterable {
    // The file itself.
    case unreadable = "config.unreadable"
    case tooLarge = "config.too-large"
    case encoding = "config.encoding"
    case empty = "config.empty"
    case syntax = "config.syntax"
    case tab = "config.tab"
    case duplicateKey = "config.duplicate-key"
    case mergeKey = "config.merge-key"
    case tooDeep = "config.too-deep"
    case tooManyValues = "config.too-many-values"
    // What stands in it.
    case unknownKey = "config.unknown-key"
    case missingKey = "config.missing-key"
    case type = "config.type"
    case choice = "config.choice"
    case range = "config.range"
    case template = "config.template"
    case network = "config.network"
    // Profiles, secrets.
    case unknownProfile = "config.unknown-profile"
    case profileCycle = "config.profile-cycle"
    case reference = "config.reference"
    case missingVariable = "config.missing-variable"
    case missingSecretFile = "config.missing-secret-file"
    case secretFilePath = "config.secret-file-path"
    case secretInFile = "config.secret-in-file"
    case weakDigest = "auth.weak-digest"
    // Channels.
    case channelID = "channel.id"
    case channelIDTaken = "channel.id-taken"
    case channelFolder = "channel.folder"
    case channelCertificate = "channel.certificate"
    case channelConfidential = "channel.confidential"
    // Mapping.
    case mappingUnknownField = "mapping.unknown-field"
    case mappingGatewayField = "mapping.gateway-field"
    case mappingRequired = "mapping.required"
    case mappingSource = "mapping.source"
    case mappingStep = "mapping.step"
    case mappingSelector = "mapping.selector"
    case mappingPattern = "mapping.pattern"
    case mappingLookup = "mapping.lookup"
    case mappingDate = "mapping.date"
    case mappingTemplate = "mapping.template"
    case mappingValue = "mapping.value"
    case mappingKind = "mapping.kind"
    // Handlers.
    case handlerID = "handler.id"
    case handlerFallback = "handler.fallback"
    case handlerMatch = "handler.match"
    case handlerFields = "handler.fields"
    case handlerEvents = "handler.events"
    // Zones.
    case zoneListen = "zone.listen"
    case zoneTLS = "zone.tls"
    case zoneTime = "zone.time-zone"
    case zoneJurisdiction = "zone.jurisdiction"
    case zoneBoundary = "zone.boundary"
    case zoneProducer = "zone.producer"
}

extension ConfigIssue {
    public init(
        at place: ConfigPlace, _ rule: ConfigRule, _ message: String, hint: String? = nil, severity: Severity = .error
    ) {
        self.init(at: place, rule.rawValue, message, hint: hint, severity: severity)
    }
}
