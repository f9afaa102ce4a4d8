import Foundation
import SluiceBoundary
import SluiceConfig
import SluiceExternal
import SluiceSDK

/// The configuration folder and the data folder of one installation.
struct Workspace {
    let configuration: LoadedConfiguration
    let dataFolder: String

    /// - Parameter environment: what `${env:…}` may name.
    init(
        configFolder: String, dataFolder: String,
        environment: [String: String] = ProcessInfo.processInfo.environment, references: ReferencePolicy = .required
    ) throws {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: configFolder, isDirectory: &isFolder), isFolder.boolValue else {
            throw CommandFailure("there is no configuration folder '\(configFolder)'; name it with --config DIR")
        }
        configuration = ConfigFolder.load(
            configFolder, specs: PluginCatalog.specs, environment: environment,
            references: references)
        self.dataFolder = dataFolder
    }

    init(_ options: SharedOptions, references: ReferencePolicy = .required) throws {
        try self.init(configFolder: options.configFolder, dataFolder: options.dataFolder, references: references)
    }

    /// Zone files write their paths as `data/…`; `--data` says where that is.
    func located(_ path: String) -> String {
        if path == "data" { return dataFolder }
        return path.hasPrefix("data/") ? dataFolder + path.dropFirst(4) : path
    }

    func located(_ boundary: BoundaryUse) -> BoundaryUse {
        BoundaryUse(kind: boundary.kind, out: located(boundary.out), in: located(boundary.inward))
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
