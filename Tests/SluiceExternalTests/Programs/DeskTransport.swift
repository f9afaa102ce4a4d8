import Foundation
import SluiceSDK

/// Takes the files of a service desk's folder, one message a file, in the order of their names.
final class DeskTransport: Transport {
    static let spec = PluginSpec(
        "desk", "Takes the files of a service desk's folder.",
        ConfigSpec([
            ConfigField("path", .string, required: true, example: "/srv/desk", "The folder."),
            ConfigField("every", .duration, default: "10s", "How often the folder is looked at."),
        ]))

    private let path: String
    private let every: Duration
    private let context: ChannelContext
    private let queue = DispatchQueue(label: "desk")
    /// The last file that was stored; used on the queue alone.
    nonisolated(unsafe) private var done: String

    init(_ config: Config, context: ChannelContext) throws {
        path = try config.path("path")
        every = try config.duration("every")
        self.context = context
        done = context.checkpoint ?? ""
    }

    func connect() async throws { _ = try await onQueue { [self] in try names() } }

    func next() async throws -> InboundMessage? {
        while true {
            try Task.checkCancellation()
            if let (name, bytes) = try await onQueue({ [self] in try take() }) {
                return InboundMessage(RawMessage(bytes: bytes, origin: name), checkpoint: name) { [self] _ in
                    try await onQueue { [self] in done = max(done, name) }
                }
            }
            try await Task.sleep(for: every)
        }
    }

    func close() async {}

    private func take() throws -> (String, [UInt8])? {
        guard let name = try names().first(where: { $0 > done }) else { return nil }
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path + "/" + name)))
        guard bytes.count <= context.limits.message else {
            throw PluginError(.misconfigured, "desk.too-large", "\(name) is over 'limits: { message }'")
        }
        return (name, bytes)
    }

    private func names() throws -> [String] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: path).filter { $0.hasSuffix(".txt") }.sorted()
        } catch {
            throw PluginError(.notConnected, "desk.folder", "\(path) cannot be read; make it, or correct 'path'")
        }
    }

    private func onQueue<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Result(catching: body)) }
        }
    }
}
