internal import CurlKit
internal import SluiceSDK

/// Puts whole files into a server's folder that somebody else empties: a file has its name with all of its bytes, or not
/// at all.
struct RemoteDrop: Sendable {
    private let session: FileSession

    /// - Throws: `ConfigIssue`.
    init(_ config: Config) throws {
        session = FileSession(try FileServer(config), timeout: try config.optionalDuration("timeout") ?? .seconds(60))
    }

    /// - Parameters:
    ///   - name: one file's name, made by `FileName`.
    ///   - replaces: false when another file of that name, with other bytes, has to be taken away first.
    /// - Throws: `PluginError`.
    func put(_ bytes: [UInt8], named name: String, replaces: Bool) async throws {
        guard let path = try? session.server.names.encode(name) else {
            throw PluginError(
                .rejected, "remote-files.name",
                "the file's name cannot be written in \(session.server.names), which 'charset_names' says")
        }
        do {
            if !replaces, let there = try await content(path, most: bytes.count) {
                if there == bytes { return }
                throw Self.waiting(name)
            }
            try await session.put(bytes, path, temporary: Self.temporary(path))
        } catch let error as CurlError {
            throw PluginError(error, session.server)
        }
    }

    /// One name for one file: what a kill or a broken connection leaves is overwritten by the next attempt. Readers leave
    /// it alone for its first character or for its end.
    private static func temporary(_ path: [UInt8]) -> [UInt8] {
        Array((".sluice-" + Hex.encode(SHA256.hash(path).prefix(8)) + ".part").utf8)
    }

    /// Of a file that is there; nil for none, and nothing for one that is longer, which is another.
    private func content(_ path: [UInt8], most: Int) async throws -> [UInt8]? {
        do {
            return try await session.fetch(path, most: most).bytes
        } catch let error as CurlError where error.code == "curl.too-large" {
            return []
        } catch let error as CurlError where ["curl.not-found", "curl.command"].contains(error.code) {
            return nil
        }
    }

    private static func waiting(_ name: String) -> PluginError {
        PluginError(
            .retry(after: .zero), "remote-files.waiting",
            "the server's folder holds a '\(name)' with other content that has not been taken yet; have it taken, or put "
                + "{reply.id} into 'name'")
    }
}
