internal import SluiceSDK

/// Turns a zone file's checked values into typed ones, and says what is wrong beyond their types.
struct ZoneReader {
    let config: Config
    let folder: String
    var issues: [ConfigIssue] = []

    init(_ value: ConfigValue, folder: String) {
        config = Config(value, baseFolder: folder)
        self.folder = folder
    }

    mutating func timeZone() throws -> Zone {
        let value = try config.required("time_zone")
        if let zone = Zone(name: value.text ?? "") { return zone }
        issues.append(
            .init(
                at: value.place, .zoneTime, "there is no time zone\(value.shown)",
                hint: "write an IANA name like Asia/Shanghai, or an offset like +08:00"))
        return .utc
    }

    mutating func listen() throws -> ListenAddress {
        let address = try address("listen") ?? ListenAddress("127.0.0.1:0")
        let isBehindProxy = try config.boolean("behind_proxy")
        if !address.address.isLoopback, !isBehindProxy, !config.has("tls") {
            let place = try config.required("listen").place
            let hint =
                "write 127.0.0.1, 'tls' with a certificate, or 'behind_proxy: true' when a proxy that ends TLS stands in "
                + "front"
            issues.append(
                .init(at: place, .zoneListen, "'listen' opens \(address) to the network without TLS", hint: hint))
        }
        return address
    }

    func tls() throws -> TLSUse? {
        try config.optionalObject("tls").map(TLSUse.init)
    }

    mutating func signals() throws -> ListenAddress? {
        try address("signals")
    }

    private mutating func address(_ key: String) throws -> ListenAddress? {
        guard let value = config.optional(key) else { return nil }
        if let address = try? ListenAddress(value.text ?? "") { return address }
        issues.append(
            .init(
                at: value.place, .zoneListen, "'\(key)' is not an address and port\(value.shown)",
                hint: "write 127.0.0.1:8080 or [::1]:8080"))
        return nil
    }

    mutating func boundary(_ border: Config) throws -> BoundaryUse {
        guard try border.string("type") == BoundaryUse.Kind.postgres.rawValue else {
            let oneWay = try border.optionalObject("one_way").map {
                OneWayUse(history: try $0.duration("history"), interval: try $0.duration("repeat"))
            }
            return BoundaryUse(out: try border.string("out"), in: try border.string("in"), oneWay: oneWay)
        }
        return BoundaryUse(try database(border))
    }

    /// The quarantine's record, which has a schema of its own.
    mutating func record(beside borders: [BoundaryUse]) throws -> DatabaseUse? {
        guard let config = config.optionalObject("quarantine") else { return nil }
        let use = try database(config)
        let isTaken = borders.compactMap(\.database).contains {
            $0.description == use.description && $0.schema == use.schema
        }
        if isTaken {
            issues.append(
                .init(
                    at: try config.required("url").place, .zoneBoundary,
                    "'quarantine' lies in the schema of the boundary's tables", hint: "give it a 'schema' of its own"))
        }
        return use
    }

    private mutating func database(_ use: Config) throws -> DatabaseUse {
        try DatabaseUse(Config(use.value, baseFolder: folder)) { place, message, hint in
            issues.append(.init(at: place, .zoneBoundary, message, hint: hint))
        }
    }

    /// When nothing comes out of the inside, nothing goes on to the outside either, and nobody there may wait for it.
    mutating func requireOneWay(_ borders: [(name: String, use: BoundaryUse)]) throws {
        let place = try config.object("boundary").required("internal").place
        for border in borders where border.use.oneWay == nil {
            issues.append(
                .init(
                    at: place, .zoneBoundary,
                    "the border with the internal zone is one-way, and the one with \(border.name) is not",
                    hint: "write 'one_way: {}' there too, and in \(border.name)'s own file: no receipt ever reaches it")
            )
        }
    }

    /// It goes into the names of streams, folders, tables and roles.
    /// - Parameter isFirstToo: `external`, the first one's, may stand here.
    mutating func producer(_ value: ConfigValue, isFirstToo: Bool = false) throws -> String {
        let name = value.text ?? ""
        let isWord =
            (1...30).contains(name.utf8.count) && name.first.map { $0.isASCII && $0.isLetter } == true
            && name.allSatisfy { $0.isASCII && ($0.isLowercase || $0.isNumber || $0 == "-") }
        let taken = ["relay", "internal", "auditor"] + (isFirstToo ? [] : ["external"])
        if isWord, !taken.contains(name) { return name }
        issues.append(
            .init(
                at: value.place, .zoneProducer, "'\(name)' is not a name for a further external process",
                hint: "write up to 30 of a-z, 0-9 and -, a letter first, like external-2"))
        return name
    }

    mutating func producers() throws -> [ProducerUse] {
        var found: [ProducerUse] = []
        var owners: [String: String] = [:]
        for entry in try config.required("producers").entries ?? [] {
            let use = Config(entry.value, baseFolder: folder)
            let name = try producer(ConfigValue(entry.key, at: entry.place))
            let channels = try use.strings("channels")
            for channel in channels {
                if let other = owners.updateValue(name, forKey: channel) {
                    issues.append(
                        .init(
                            at: entry.place, .zoneProducer, "'\(channel)' is given to \(other) and to \(name)",
                            hint: "a channel has one external process"))
                }
            }
            found.append(
                ProducerUse(
                    name: name, boundary: try boundary(try use.object("boundary")), key: try use.optionalString("key"),
                    channels: channels))
        }
        return found
    }

    /// Digits only, since it goes into ids and file names of other systems.
    mutating func jurisdiction() throws -> String? {
        guard let value = config.optional("jurisdiction"), let text = value.text else { return nil }
        if !text.isEmpty, text.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == ".") }) {
            return text
        }
        issues.append(
            .init(
                at: value.place, .zoneJurisdiction, "'jurisdiction' is not a code\(value.shown)",
                hint: "write the division's code, \"370400\""))
        return text
    }

    /// As written: relative to the zone's data folder, where its own key is too.
    func peer(_ name: String) throws -> String? {
        try config.optionalObject("peers")?.optionalString(name)
    }

    func secrets() throws -> String {
        joined(try config.string("secrets"))
    }

    private func joined(_ path: String) -> String {
        path.hasPrefix("/") ? path : folder + "/" + path
    }

    func finish() throws {
        if !issues.isEmpty { throw ConfigIssues(issues) }
    }
}
