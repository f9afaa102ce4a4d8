internal import SluiceSDK

extension ExternalFile {
    /// - Throws: `ConfigIssues`.
    init(_ value: ConfigValue, folder: String) throws {
        var reader = ZoneReader(value, folder: folder)
        let config = reader.config
        jurisdiction = try reader.jurisdiction() ?? ""
        timeZone = try reader.timeZone()
        data = try config.string("data")
        secrets = try reader.secrets()
        listen = try reader.listen()
        signals = try reader.signals()
        isBehindProxy = try config.boolean("behind_proxy")
        tls = try reader.tls()
        boundary = try reader.boundary(try config.object("boundary"))
        producer = try reader.producer(try config.required("producer"), isFirstToo: true)
        peers = Peers(
            relay: try reader.peer("relay"), internalZone: try reader.peer("internal"),
            sealing: try reader.peer("sealing"))
        isSealing = try config.string("sealing") == "on"
        retention = try config.duration("retention")
        resendWindow = try config.duration("resend_window")
        programs = Set(try config.strings("programs").map { $0.hasPrefix("/") ? $0 : folder + "/" + $0 })
        place = value.place
        try reader.finish()
    }
}

extension RelayFile {
    /// - Throws: `ConfigIssues`.
    init(_ value: ConfigValue, folder: String) throws {
        var reader = ZoneReader(value, folder: folder)
        let config = reader.config
        jurisdiction = try reader.jurisdiction()
        timeZone = try reader.timeZone()
        data = try config.string("data")
        secrets = try reader.secrets()
        signals = try reader.signals()
        channels = ChannelPolicies(try config.required("channels").entries ?? [])
        rules = try (config.required("rules").items ?? []).map { try HoldRule(Config($0)) }
        twoPersons = Set(try config.strings("two_persons"))
        heldAlert = try config.duration("held_alert")
        replies = try WayOut(try config.object("replies"))
        external = try reader.boundary(try config.object("boundary").object("external"))
        internalSide = try reader.boundary(try config.object("boundary").object("internal"))
        producers = try reader.producers()
        if internalSide.oneWay != nil {
            try reader.requireOneWay([("external", external)] + producers.map { ($0.name, $0.boundary) })
        }
        peers = Peers(external: try reader.peer("external"), internalZone: try reader.peer("internal"))
        attachments = try AttachmentLimits(try config.object("attachments"))
        quarantine = try reader.record(beside: [external, internalSide] + producers.map(\.boundary))
        retention = try config.duration("retention")
        resendWindow = try config.duration("resend_window")
        place = value.place
        try reader.finish()
    }
}

extension ChannelPolicies {
    init(_ entries: [ConfigEntry]) {
        self.init()
        for entry in entries {
            let policy = entry.value.text.flatMap(ReleasePolicy.init) ?? .review
            if entry.key == "*" { others = policy } else { named[entry.key] = policy }
        }
    }
}

extension InternalFile {
    /// - Throws: `ConfigIssues`.
    init(_ value: ConfigValue, folder: String) throws {
        var reader = ZoneReader(value, folder: folder)
        let config = reader.config
        jurisdiction = try reader.jurisdiction()
        timeZone = try reader.timeZone()
        data = try config.string("data")
        secrets = try reader.secrets()
        listen = try reader.listen()
        signals = try reader.signals()
        isBehindProxy = try config.boolean("behind_proxy")
        tls = try reader.tls()
        boundary = try reader.boundary(try config.object("boundary"))
        producers = [:]
        for entry in try config.required("producers").entries ?? [] {
            let name = try reader.producer(ConfigValue(entry.key, at: entry.place))
            producers[name] = entry.value.text
        }
        peers = Peers(external: try reader.peer("external"), relay: try reader.peer("relay"))
        retention = try config.optionalDuration("retention")
        resendWindow = try config.duration("resend_window")
        replies = try WayOut(try config.object("replies"))
        alerts = try (config.required("alerts").items ?? []).map { item in
            let alert = Config(item)
            return AlertTarget(webhook: try alert.string("webhook"), secret: try alert.optionalString("secret"))
        }
        programs = Set(try config.strings("programs").map { $0.hasPrefix("/") ? $0 : folder + "/" + $0 })
        place = value.place
        try reader.finish()
    }
}
