import DirectoryTransport
import Foundation
import Logging
import SluiceBoundary
import SluiceConfig
import SluiceExternal
import SluiceSDK

/// An external zone with a format that crashes, as a process of its own: `CrashChild FOLDER`, where FOLDER/config holds
/// the channels. The tests of the in-hand record start it.
@main
struct CrashChild {
    static func main() async throws {
        let folder = CommandLine.arguments[1]
        let plugins = ExternalPlugins(
            transports: [DirectoryTransport.self], pushTransports: [], formats: [FragileFormat.self], replySenders: [])
        let loaded = ConfigFolder.load(
            folder + "/config",
            specs: PluginSpecs(transports: [DirectoryTransport.spec], formats: [FragileFormat.spec]),
            environment: ["FOLDER": folder])
        let keys = ExternalKeys(
            own: try SigningKey.generate(), relay: try SigningKey.generate().verifyingKey,
            internalZone: try SigningKey.generate().verifyingKey)
        var logger = Logger(label: "child")
        logger.logLevel = .critical
        let zone = try ExternalZone(
            settings: ExternalSettings(
                jurisdiction: "370400", timeZone: .shanghai, dataFolder: folder + "/data", listen: "127.0.0.1:0",
                isBehindProxy: false, boundary: BoundaryPlaces(out: folder + "/out", in: folder + "/in")),
            channels: loaded.channels, lookups: loaded.lookups, plugins: plugins,
            store: try ExternalStore.open(folder: folder + "/data"), keys: keys, bell: BoundaryBell(), logger: logger)
        try await zone.run()
    }
}
