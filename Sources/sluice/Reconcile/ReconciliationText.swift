import SluiceSDK

/// The ledgers as people read them, and as JSON.
enum ReconciliationText {
    static func text(_ days: [ReconciledDay]) -> String {
        if days.isEmpty { return "nothing has been counted yet" }
        return days.map(text).joined(separator: "\n\n")
    }

    private static func text(_ day: ReconciledDay) -> String {
        var records = Table([
            day.day, ">received", ">new", ">revised", ">absorbed", ">rejected", ">refused", ">follow-ups",
        ])
        var items = Table([
            "items", ">forwarded", ">released", ">held", ">rejected", ">waiting", ">admitted", ">on the way",
        ])
        var replies = Table(["replies", ">offered", ">acknowledged", ">in flight", ">failed", ">not wanted"])
        for line in day.channels {
            records.add(
                [line.channel]
                    + ["received", "new", "revised", "absorbed", "rejected", "refused"].map { String(line.record($0)) }
                    + [String(line.followUps)])
            items.add(
                [line.channel]
                    + [
                        line.forwarded, line.released, line.held, line.rejected, line.waiting, line.admitted,
                        line.onTheWay,
                    ].map(String.init))
            replies.add(
                [line.channel]
                    + [
                        line.repliesOffered, line.repliesAcknowledged, line.repliesInFlight, line.repliesFailed,
                        line.repliesNotWanted,
                    ]
                    .map(String.init))
        }
        var deliveries = Table(["deliveries", ">made", ">delivered", ">in flight", ">paused"])
        for line in day.deliveries {
            deliveries.add([
                line.handler, String(line.made), String(line.delivered), String(line.inFlight), String(line.paused),
            ])
        }
        let verdict =
            day.imbalances.isEmpty
            ? "balanced" : (["NOT BALANCED"] + day.imbalances + missing(day)).joined(separator: "\n  ")
        let parts = [records.text, items.text, deliveries.text, replies.text, verdict]
        return (parts + day.explanations.map { "explained: \($0)" }).joined(separator: "\n\n")
    }

    private static func missing(_ day: ReconciledDay) -> [String] {
        day.channels.flatMap { line in line.missing.map { "\(line.channel): ticket \($0) is not inside" } }
    }

    static func json(_ days: [ReconciledDay]) -> String {
        var writer = JSONWriter()
        writer.beginArray()
        for day in days { write(day, to: &writer) }
        writer.endArray()
        return writer.text
    }

    private static func write(_ day: ReconciledDay, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.field("day", day.day)
        writer.field("balanced", day.imbalances.isEmpty)
        writer.field("explanations", day.explanations)
        writer.field("imbalances", day.imbalances)
        writer.key("channels")
        writer.beginArray()
        for line in day.channels { write(line, to: &writer) }
        writer.endArray()
        writer.key("deliveries")
        writer.beginArray()
        for line in day.deliveries {
            writer.beginObject()
            writer.field("handler", line.handler)
            writer.field("made", line.made)
            writer.field("delivered", line.delivered)
            writer.field("in_flight", line.inFlight)
            writer.field("paused", line.paused)
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
    }

    private static func write(_ line: ReconciledChannel, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.field("channel", line.channel)
        writer.key("records")
        writer.beginObject()
        for (name, count) in line.records.sorted(by: { $0.key < $1.key }) { writer.field(name, count) }
        writer.endObject()
        let items = [
            ("forwarded", line.forwarded), ("released", line.released), ("held", line.held),
            ("rejected", line.rejected),
            ("waiting", line.waiting), ("admitted", line.admitted), ("on_the_way", line.onTheWay),
        ]
        let replies = [
            ("offered", line.repliesOffered), ("acknowledged", line.repliesAcknowledged),
            ("in_flight", line.repliesInFlight),
            ("failed", line.repliesFailed), ("not_wanted", line.repliesNotWanted),
        ]
        for (name, counts) in [("items", items), ("replies", replies)] {
            writer.key(name)
            writer.beginObject()
            for (entry, count) in counts { writer.field(entry, count) }
            writer.endObject()
        }
        writer.field("missing", line.missing)
        writer.endObject()
    }
}
