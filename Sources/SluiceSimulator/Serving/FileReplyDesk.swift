internal import SluiceSDK
internal import Synchronization

/// Where replies to one channel arrive as files or letters.
final class FileReplyDesk: SimulatedUpstream {
    private let channelID: String
    private let books: SimulatorBooks
    private let box: ReplyBox
    /// Of a folder that is not emptied: what has been seen.
    private let known: Mutex<Set<String>>

    init(_ channelID: String, _ books: SimulatorBooks, _ box: ReplyBox) {
        (self.channelID, self.books, self.box) = (channelID, books, box)
        // What lies there already is none of ours.
        known = Mutex(box.isEmptied ? [] : Set(box.replies()))
    }

    func readReplies() async {
        for id in await OffPool.run({ [box] in box.replies() }) {
            if box.isEmptied || known.withLock({ $0.insert(id).inserted }) { books.enter(reply: id, of: channelID) }
        }
    }
}
