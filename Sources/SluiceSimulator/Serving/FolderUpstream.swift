internal import Foundation
internal import SluiceSDK

/// An upstream that puts messages into a folder: a drop folder, a mailbox, or what a remote host shows.
struct FolderUpstream: SimulatedUpstream {
    let parts: UpstreamParts
    let folder: DropFolder

    /// However fast the matters come: files are made by a clock.
    private static let shortestPause = 2.0

    func offer(to gateway: String) async {
        let holdsSeveral = parts.writer.holdsSeveral
        let pause = holdsSeveral ? Self.shortestPause : 0
        for count in 1... {
            let matters = parts.make(max(holdsSeveral ? parts.writer.file.batch : 1, Int(pause * parts.rate)))
            parts.books.update(parts.channelID) { $0.matters += matters.count }
            if holdsSeveral {
                drop(parts.writer.message(matters), of: matters.count, number: count)
            } else {
                for matter in matters { drop(parts.writer.message([matter]), of: 1, number: matter.sequence) }
            }
            misbehave(matters, number: count)
            guard await UpstreamParts.pause(seconds: max(pause, Double(matters.count) / parts.rate)) else { return }
        }
    }

    /// A JSON or XML file that ends in the middle is one reject. A cut table or mail still has rows and words.
    private func misbehave(_ matters: [Matter], number: Int) {
        guard ["json", "xml"].contains(parts.writer.format), parts.misbehaviour.sendsGarbage else { return }
        parts.books.update(parts.channelID) { $0.faults += 1 }
        let whole = parts.writer.message(parts.writer.holdsSeveral ? matters : Array(matters.prefix(1)))
        drop(parts.misbehaviour.garbage(whole), of: 1, number: 900_000 + number)
    }

    private func drop(_ bytes: [UInt8], of count: Int, number: Int) {
        let name = parts.writer.file.file.render { placeholder, _ in
            switch placeholder {
            case "sequence": MatterFacts.padded(number)
            case "ending": parts.writer.ending
            default: nil
            }
        }
        do {
            try Data(bytes).write(to: URL(fileURLWithPath: folder.unfinished(name)))
            try FileManager.default.moveItem(atPath: folder.unfinished(name), toPath: folder.finished(name))
            parts.books.update(parts.channelID) { line in
                line.offered += count
                line.acknowledged += count
            }
        } catch {
            parts.books.update(parts.channelID) { $0.refusedMessages += 1 }
        }
    }
}
