import CSVFormat
import EmailFormat
import Foundation
import JSONFormat
import SluiceConfig
import SluiceSDK
import XMLFormat

/// Files of a configuration folder; the first byte says which one the input is.
enum ConfigTarget {
    private static let files = [
        "hotlines/fuzz.yaml", "profiles/fuzz.yaml", "rules/fuzz.yaml", "handlers/fuzz.yaml", "external.yaml",
        "relay.yaml", "internal.yaml",
    ]

    private static let folder: String = {
        let shared = FileManager.default.isWritableFile(atPath: "/dev/shm") ? "/dev/shm" : NSTemporaryDirectory()
        let folder = "\(shared)/sluice-fuzz-\(getpid())"
        for name in ["hotlines", "profiles", "rules", "handlers", "secrets"] {
            try? FileManager.default.createDirectory(
                atPath: folder + "/" + name, withIntermediateDirectories: true)
        }
        atexit { try? FileManager.default.removeItem(atPath: ConfigTarget.folder) }
        return folder
    }()

    private static let specs = PluginSpecs(formats: [JSONFormat.spec, CSVFormat.spec, XMLFormat.spec, EmailFormat.spec])

    static func run(_ bytes: [UInt8]) {
        guard let first = bytes.first else { return }
        let path = folder + "/" + files[Int(first) % files.count]
        guard FileManager.default.createFile(atPath: path, contents: Data(bytes.dropFirst())) else { return }
        defer { try? FileManager.default.removeItem(atPath: path) }
        let loaded = ConfigFolder.load(folder, specs: specs, environment: ["NAME": "value"])
        for issue in loaded.issues { _ = "\(issue)" }
        for channel in loaded.goodChannels { _ = channel.fingerprint }
    }
}
