internal import SluiceSDK

/// Sets the floor back, so that the next pass reaches further into the past.
struct PollBackfill {
    let since: SinceRule?
    let zone: Zone

    /// - Throws: `PluginError` where there is no floor, or where going back would leave something out.
    func rewound(_ text: String?, to time: Timestamp) throws -> RewoundCheckpoint {
        guard let since else {
            throw refusal(
                "http-poll.no-since",
                "the channel has no 'since': every pass asks for everything the source gives, so there is nothing to go "
                    + "back to")
        }
        let saved = PollCheckpoint(text: text)
        guard let floor = saved.floor else {
            throw refusal(
                "http-poll.first-pass",
                "no pass is complete yet: the first one asks for everything from "
                    + (since.start.map(written) ?? "the beginning")
                    + ", and a floor now would cut it short; wait for its end, or change 'since.start'")
        }
        guard time < floor else {
            throw refusal(
                "http-poll.not-back",
                "the channel asks for what is newer than \(written(floor)) already, which is earlier")
        }
        if let start = since.start, time < start {
            throw refusal(
                "http-poll.before-start",
                "'since.start' keeps the channel from asking for anything older than \(written(start)); change it first"
            )
        }
        // A pass in hand asked for what is newer than the old floor: the new one asks for that too.
        return RewoundCheckpoint(
            PollCheckpoint(floor: time).text,
            effect: "asks again for what is newer than \(written(time)); until now it was \(written(floor))"
                + (saved.pass == nil ? "" : ", and the pass in hand begins anew"))
    }

    private func written(_ time: Timestamp) -> String { time.rfc3339(in: zone) }

    private func refusal(_ code: String, _ reason: String) -> PluginError { PluginError(.rejected, code, reason) }
}
