import Foundation
import SluiceSDK
import UnixSignals

/// What makes a running external zone read its configuration again.
enum ReloadTrigger: Sendable {
    /// SIGHUP.
    case signal
    /// A file of the folder has changed: for development.
    case change

    /// Until its task is cancelled.
    func run(_ reloader: Reloader) async throws {
        switch self {
        case .signal:
            for await _ in await UnixSignalsSequence(trapping: .sighup) { await reloader.reloadLogged() }
        case .change: try await watch(reloader)
        }
    }

    private func watch(_ reloader: Reloader) async throws {
        var last = Self.state(of: reloader.configFolder)
        while true {
            try await Task.sleep(for: .seconds(1))
            guard Self.state(of: reloader.configFolder) != last else { continue }
            // An editor writes in steps: it gets a second more.
            try await Task.sleep(for: .seconds(1))
            last = Self.state(of: reloader.configFolder)
            await reloader.reloadLogged()
        }
    }

    /// Every file with its size and time of change.
    private static func state(of folder: String) -> [String] {
        let files = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
        return files.sorted().map { name in
            let attributes = try? FileManager.default.attributesOfItem(atPath: folder + "/" + name)
            let time = (attributes?[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
            return "\(name) \(attributes?[.size] as? Int ?? 0) \(time)"
        }
    }
}
