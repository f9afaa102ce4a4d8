/// What one scenario gave.
struct Outcome: Sendable {
    struct Zone: Sendable {
        var name: String
        var cpuSeconds: Double
        var peakMiB: Double
        var written: Int
    }

    var scenario: Scenario
    var expected: Scenario.Expectation
    var events: Int
    var distinct: Int
    /// Requests that were not answered with 200.
    var refused: Int
    var deliveries: Int
    var acceptSeconds: Double
    var seconds: Double
    var accepts: Durations
    /// Sent → at the handler.
    var handled: Durations
    var zones: [Zone]
    /// Bytes in the data folder at the end.
    var kept: Int

    var holds: Bool { refused == 0 && events == expected.events && distinct == expected.tickets }
    var rate: Double { seconds > 0 ? Double(scenario.tickets) / seconds : 0 }
    var acceptRate: Double { acceptSeconds > 0 ? Double(scenario.tickets) / acceptSeconds : 0 }
    var thousands: Double { Double(scenario.tickets) / 1_000 }
    var writtenPerTicket: Double { Double(zones.reduce(0) { $0 + $1.written }) / Double(max(1, scenario.tickets)) }
    var keptPerTicket: Double { Double(kept) / Double(max(1, scenario.tickets)) }
}
