import SluiceConfig
import SluiceSDK
import SluiceSimulator

/// One channel's traffic: what the simulator says of it beside what Sluice's ledgers say.
struct DemoLine {
    var channel: String
    var name: String
    /// Transport, format and charset.
    var how: String
    /// Its replies arrive where the simulator sees them.
    var takesReplies: Bool
    var upstream: SimulatorBooks.Line
    var received = 0
    var new = 0
    var revised = 0
    var absorbed = 0
    var rejected = 0
    var released = 0
    var held = 0
    var waiting = 0
    var onTheWay = 0
    var repliesAcknowledged = 0
    var repliesInFlight = 0
    var repliesFailed = 0
    var delivered = 0

    init(_ file: ChannelFile, upstream: SimulatorBooks.Line, takesReplies: Bool, days: [ReconciledDay], delivered: Int)
    {
        (channel, name, self.upstream, self.delivered) = (file.id, file.name, upstream, delivered)
        let charset = (try? file.format.config.optionalString("charset")) ?? "utf-8"
        how = "\(file.source.type) · \(file.format.type) · \(charset)"
        self.takesReplies = takesReplies
        for part in days.flatMap(\.channels) where part.channel == file.id { add(part) }
    }

    private mutating func add(_ part: ReconciledChannel) {
        received += part.record("received")
        new += part.record("new")
        revised += part.record("revised")
        absorbed += part.record("absorbed")
        rejected += part.record("rejected")
        released += part.released
        held += part.held
        waiting += part.waiting
        onTheWay += part.onTheWay
        repliesAcknowledged += part.repliesAcknowledged
        repliesInFlight += part.repliesInFlight
        repliesFailed += part.repliesFailed
    }

    /// Nothing is under way, and both sides speak of the same.
    var isSettled: Bool { waiting == 0 && onTheWay == 0 && repliesInFlight == 0 && problems.isEmpty }

    /// Where the simulator's books and Sluice's ledgers differ.
    var problems: [String] {
        var out: [String] = []
        if received != upstream.offered {
            out.append("\(channel): the upstream offered \(upstream.offered) records, Sluice received \(received)")
        }
        if received == 0 { out.append("\(channel): nothing has arrived") }
        if takesReplies, upstream.replies.count != repliesAcknowledged {
            out.append(
                "\(channel): \(repliesAcknowledged) replies are acknowledged, \(upstream.replies.count) arrived upstream"
            )
        }
        if repliesFailed > 0 { out.append("\(channel): \(repliesFailed) replies failed") }
        if upstream.strangeReplies > 0 { out.append("\(channel): \(upstream.strangeReplies) replies were not proven") }
        if upstream.refusedMessages > 0 {
            out.append("\(channel): \(upstream.refusedMessages) messages were refused or not answered")
        }
        return out
    }
}
