import CurlKit
import Foundation
import SluiceSDK

/// Calls a running zone over its control socket.
struct ControlClient {
    let path: String

    /// - Returns: nil when no zone answers there.
    /// - Throws: `CommandFailure` with what the zone said.
    func call(_ action: String, _ body: [UInt8]) async throws -> JSONElement? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        let request = CurlRequest(
            "POST", "http://localhost/\(action)", headers: [("Content-Type", "application/json")], body: body,
            unixSocketPath: path)
        let response: CurlResponse
        do {
            response = try await CurlClient.shared.perform(request)
        } catch let error as CurlError where error.isBeforeConnection {
            return nil
        }
        let root = try JSONDocument.parse(response.body).root
        guard response.status == 200 else {
            throw CommandFailure(root["error"]?.string ?? "the zone answered \(response.status)")
        }
        return root
    }
}
