import SluiceSimulator

/// The simulator's books for people.
enum SimulatorText {
    static func text(_ books: SimulatorBooks) -> String {
        var table = Table([
            "channel", ">matters", ">offered", ">acknowledged", ">difference", ">refused", ">faults", ">replies",
            ">repeated", ">strange",
        ])
        for channel in books.channels {
            let line = books.line(channel)
            let counts = [
                line.matters, line.offered, line.acknowledged, line.offered - line.acknowledged, line.refusedMessages,
                line.faults, line.replies.count, line.repeatedReplies, line.strangeReplies,
            ]
            table.add([channel] + counts.map(String.init))
        }
        return table.text
    }
}
