import Foundation
import SluiceBoundary
import SluiceConfig
import SluiceExternal
import SluiceSDK

/// The configuration folder and the data folder of one installation.
struct Workspace {
    let configuration: LoadedConfiguration
    let dataFolder: String

    /// - Parameters:
    ///   - environment: what `${env:…}` may name.
    ///   - zones: whose files are read; those of the others need not be there.
    init(
        configFolder: String, dataFolder: String,
        environment: [String: String] = ProcessInfo.processInfo.environment, references: ReferencePolicy = .required,
        zones: Set<ZoneName> = Set(ZoneName.allCases)
    ) throws {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: configFolder, isDirectory: &isFolder), isFolder.boolValue else {
            throw CommandFailure("there is no configuration folder '\(configFolder)'; name it with --config DIR")
        }
        configuration = ConfigFolder.load(
            configFolder, specs: PluginCatalog.specs, environment: environment,
            references: references, zones: zones)
        self.dataFolder = dataFolder
    }

    /// With a configuration that was read before.
    init(configuration: LoadedConfiguration, dataFolder: String) {
        (self.configuration, self.dataFolder) = (configuration, dataFolder)
    }

    init(
        _ options: SharedOptions, references: ReferencePolicy = .required, zones: Set<ZoneName> = Set(ZoneName.allCases)
    ) throws {
        try self.init(
            configFolder: options.configFolder, dataFolder: options.dataFolder, references: references, zones: zones)
    }

    /// Zone files write their paths as `data/…`; `--data` says where that is.
    func located(_ path: String) -> String {
        if path == "data" { return dataFolder }
        return path.hasPrefix("data/") ? dataFolder + path.dropFirst(4) : path
    }

    /// The folders of a border; it must have some.
    func located(_ boundary: BoundaryUse) -> BoundaryUse {
        BoundaryUse(out: located(boundary.out), in: located(boundary.inward), oneWay: boundary.oneWay)
    }

    /// - Parameters:
    ///   - zone: whose end of the border it is: a zone's name, or a further external producer's.
    ///   - isFarEnd: where a link that carries one way ends: nothing that is written there is carried anywhere.
    func places(_ boundary: BoundaryUse, of zone: String, isFarEnd: Bool = false) -> BoundaryPlaces {
        guard let database = boundary.database else {
            let folders: BoundaryUse = located(boundary)
            guard let link = folders.oneWay else { return BoundaryPlaces(out: folders.out, in: folders.inward) }
            let oneWay = OneWay(history: link.history, interval: link.interval)
            return BoundaryPlaces(
                out: isFarEnd ? .unread(oneWay) : .link(folders.out, oneWay), in: .link(folders.inward, oneWay))
        }
        return BoundaryPlaces(BoundaryDatabase(database, role: DatabaseLayout.role(of: zone)))
    }

    func external() throws -> ExternalFile {
        guard let file = configuration.external else { throw missing("external.yaml") }
        return file
    }

    func relay() throws -> RelayFile {
        guard let file = configuration.relay else { throw missing("relay.yaml") }
        return file
    }

    func internalZone() throws -> InternalFile {
        guard let file = configuration.internalZone else { throw missing("internal.yaml") }
        return file
    }

    /// Zones that have a file in this configuration folder: all three where they run together, one where they are apart.
    func zones() throws -> [ZoneName] {
        let found = ZoneName.allCases.filter {
            FileManager.default.fileExists(atPath: configuration.folder + "/" + $0.fileName)
        }
        if found.isEmpty {
            throw CommandFailure("\(configuration.folder) has no external.yaml, relay.yaml or internal.yaml")
        }
        return found
    }

    /// Database, keys, lock and control socket of a zone.
    func dataFolder(of zone: ZoneName) throws -> String {
        switch zone {
        case .external: located(try external().data)
        case .relay: located(try relay().data)
        case .internal: located(try internalZone().data)
        }
    }

    func channel(_ id: String) throws -> ChannelFile {
        if let found = configuration.goodChannels.first(where: { $0.id == id }) { return found }
        if let broken = configuration.channels.first(where: { $0.id == id }) {
            throw CommandFailure(broken.issues.map(\.description).joined(separator: "\n"))
        }
        let known = configuration.channels.map(\.id).joined(separator: ", ")
        throw CommandFailure("there is no channel '\(id)'; known: \(known)")
    }

    private func missing(_ name: String) -> CommandFailure {
        let issues = configuration.errors.filter { $0.place.file.hasSuffix(name) }
        if issues.isEmpty { return CommandFailure("\(configuration.folder)/\(name) is missing") }
        return CommandFailure(issues.map(\.description).joined(separator: "\n"))
    }
}
