import SluiceBoundary
import SluiceInternal
import SluiceSDK

/// The inside's view as people read it, and as JSON.
enum InsideText {
    static func text(_ days: [InsideDay]) -> String {
        if days.isEmpty { return "nothing has been counted yet" }
        return (days.map(text) + [InsideReconciliation.blindSpots]).joined(separator: "\n\n")
    }

    private static func text(_ day: InsideDay) -> String {
        var items = Table([
            day.day, ">received", ">new", ">revised", ">absorbed", ">rejected", ">to relay", ">relay rejected", ">held",
            ">here", ">not here",
        ])
        for line in day.channels {
            let records = [TallyBody.Entry.received, .new, .revised, .absorbed, .rejected].map {
                line.outside?.count($0) ?? 0
            }
            let counts = records + [line.forwarded, line.rejected, line.held.count, line.taken, line.unexplained]
            items.add([line.channel] + counts.map(String.init))
        }
        let verdict =
            day.imbalances.isEmpty ? "balanced" : (["NOT BALANCED"] + day.imbalances).joined(separator: "\n  ")
        return ([items.text, verdict] + day.explanations.map { "explained: \($0)" }).joined(separator: "\n\n")
    }

    static func json(_ days: [InsideDay]) -> String {
        var writer = JSONWriter()
        writer.beginArray()
        for day in days {
            writer.beginObject()
            writer.field("day", day.day)
            writer.field("seen_from", "internal")
            writer.field("balanced", day.imbalances.isEmpty)
            writer.field("explanations", day.explanations)
            writer.field("imbalances", day.imbalances)
            writer.key("channels")
            writer.beginArray()
            for line in day.channels { write(line, to: &writer) }
            writer.endArray()
            writer.endObject()
        }
        writer.endArray()
        return writer.text
    }

    private static func write(_ line: InsideChannel, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.field("channel", line.channel)
        writer.field("told_at", line.outside?.at.rfc3339(in: .shanghai))
        writer.key("records")
        writer.beginObject()
        for entry in TallyBody.Entry.allCases { writer.field(entry.rawValue, line.outside?.count(entry) ?? 0) }
        writer.endObject()
        writer.field("here", line.taken)
        writer.field("held", line.held.map(\.ticketID))
        writer.field("missing", line.missing.filter { $0.state != .held }.map(\.ticketID))
        writer.endObject()
    }
}
