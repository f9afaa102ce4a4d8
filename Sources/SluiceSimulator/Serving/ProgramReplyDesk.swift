internal import Foundation
internal import SluiceConfig
internal import SluiceSDK
internal import Synchronization

/// Where a program leaves the replies to one channel: by agreement the last word of its command is a folder, and each
/// file in it is the line that the program got.
final class ProgramReplyDesk: SimulatedUpstream {
    private let channelID: String
    private let books: SimulatorBooks
    private let folder: String
    private let known = Mutex<Set<String>>([])

    /// nil for a channel whose replies no program takes, or one that takes them elsewhere.
    /// - Throws: `ConfigIssue`.
    init?(_ channel: ChannelFile, _ parts: UpstreamParts) throws {
        guard let sender = channel.reply?.sender, sender.type == "exec",
            let path = try sender.config.strings("command").last, path.hasPrefix("/")
        else { return nil }
        (channelID, books, folder) = (channel.id, parts.books, path)
    }

    func readReplies() async {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        for name in names where !name.hasPrefix(".") && known.withLock({ $0.insert(name).inserted }) {
            let line = FileManager.default.contents(atPath: folder + "/" + name).map { [UInt8]($0) } ?? []
            let id = (try? JSONDocument.parse(line))?.root["reply"]?["id"]?.string
            books.update(channelID) { book in
                if let id { book.replies.insert(id) } else { book.strangeReplies += 1 }
            }
        }
    }
}
