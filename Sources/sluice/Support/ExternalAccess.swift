import SluiceConfig
import SluiceExternal
import SluiceSDK
import SluiceStore

/// Reads external.db beside the zone; changes it through the running zone, or on its files when it does not run.
struct ExternalAccess {
    let workspace: Workspace
    private let options: SharedOptions
    private let folder: String

    init(_ options: SharedOptions) throws {
        self.options = options
        // Secrets are for the running zone; what works on files alone needs none.
        workspace = try Workspace(options, references: .standIn, zones: [.external])
        folder = workspace.located(try workspace.external().data)
    }

    /// nil when the zone has never run here.
    func store() throws -> Store? { try StoreAccess.external(folder) }

    /// - Parameter otherwise: does the same on a stopped zone's store, under its lock.
    func order(
        _ action: String, _ order: DeskOrder, otherwise: (Store) async throws -> [UInt8]
    ) async throws -> JSONElement {
        try await self.order(action, order.json(), otherwise: otherwise)
    }

    func order(
        _ action: String, _ body: [UInt8], otherwise: (Store) async throws -> [UInt8]
    ) async throws -> JSONElement {
        if let answer = try await ControlClient(path: folder + "/control.sock").call(action, body) {
            return answer
        }
        guard let store = try store() else { throw CommandFailure("the external zone has no store yet") }
        let lock = try ZoneLock(folder: folder)
        let answer = try await otherwise(store)
        withExtendedLifetime(lock) {}
        return try JSONDocument.parse(answer).root
    }

    /// Asks the running zone, which alone can do it.
    func call(_ action: String, _ body: [UInt8]) async throws -> JSONElement {
        guard let answer = try await ControlClient(path: folder + "/control.sock").call(action, body) else {
            throw CommandFailure("the gateway does not run here: nothing answers on \(folder)/control.sock")
        }
        return answer
    }

    func requireChannel(_ id: String) throws {
        if workspace.configuration.channels.contains(where: { $0.id == id }) { return }
        throw CommandFailure("there is no channel '\(id)'")
    }

    func settings() throws -> ExternalSettings {
        let file = try workspace.external()
        var settings = ExternalSettings(
            jurisdiction: file.jurisdiction, timeZone: file.timeZone, dataFolder: folder,
            listen: file.listen.description,
            isBehindProxy: file.isBehindProxy, boundary: workspace.places(file.boundary, of: file.producer))
        settings.sealer = try workspace.sealer()
        return settings
    }

    /// The configuration with its secrets, for what maps records or makes a transport as the zone would: a stand-in for a
    /// secret that a mapping uses would go into tickets.
    func resolved() throws -> Workspace { try Workspace(options, zones: [.external]) }

    func replay(_ store: Store) throws -> RejectReplay {
        let configuration = try resolved().configuration
        return RejectReplay(
            settings: try settings(), channels: configuration.goodChannels, lookups: configuration.lookups,
            plugins: PluginCatalog.external, store: store)
    }
}
