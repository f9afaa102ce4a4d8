import SluiceConfig
import SluiceSDK

extension Workspace {
    func controlPath(of zone: ZoneName) throws -> String { try dataFolder(of: zone) + "/control.sock" }

    /// Calls a zone's process with a flat object.
    /// - Returns: nil when it does not run here.
    func call(_ zone: ZoneName, _ action: String, _ fields: [String: String]) async throws -> JSONElement? {
        var writer = JSONWriter()
        writer.beginObject()
        for (name, value) in fields { writer.field(name, value) }
        writer.endObject()
        return try await ControlClient(path: try controlPath(of: zone)).call(action, writer.bytes)
    }
}
