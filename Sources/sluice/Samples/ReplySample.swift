import Foundation
import SluiceSDK

/// `reply.json` of a sample: a reply as the inside would offer it.
struct ReplySample {
    let reply: Reply

    /// - Throws: `CommandFailure` naming the file.
    init(_ path: String, channelID: String) throws {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw CommandFailure("cannot read '\(path)'")
        }
        guard let root = try? JSONDocument.parse([UInt8](data)).root, root.kind == .object else {
            throw CommandFailure("\(path) is not a JSON object")
        }
        func text(_ name: String, _ otherwise: String = "") -> String { root[name]?.string ?? otherwise }
        guard let externalID = root["external_id"]?.string else { throw CommandFailure("\(path) has no 'external_id'") }
        var origin: [String: String] = [:]
        root["origin"]?.forEachMember { name, value in origin[name] = value.string }
        reply = Reply(
            id: text("id", "reply-1"), ticketID: text("ticket_id", "ticket-1"), channelID: channelID,
            externalID: externalID, event: text("event", "replied"), status: text("status", "replied"),
            publicText: text("public_text"), repliedAt: text("replied_at", "2026-01-05T15:00:00+08:00"),
            origin: origin)
    }
}
