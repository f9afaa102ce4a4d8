import Foundation
import SluiceConfig
import Testing

/// The whole, as a newcomer runs it: every shipped channel, real sockets, and books that agree.
@Suite(.serialized) struct DemoTests {
    private let configuration = ShippedChannelTests.folder

    /// Channels whose replies are written into a table, or given to a program.
    private static let otherThanHTTP = ["hotline-12385", "web-qr-code", "hotline-water"]

    @Test(arguments: [[], ["--misbehave"]])
    func everyChannelIsLiveAndTheBooksAgree(_ behaviour: [String]) async throws {
        let result = try await Program.run(
            ["demo", "--config", configuration, "--for", "10s", "--rate", "0.5"] + behaviour)
        #expect(result.status == 0, "\(result.output.suffix(3000))\n\(result.errors)")
        #expect(result.output.contains("the simulator's own books agree"))
        let count = ShippedChannelTests.configuration.goodChannels.count
        #expect(result.output.contains("\(count) channels into"), "a channel is not simulated")
        #expect(result.output.contains("\(count) of \(count) channels live"))
        #expect(!result.output.contains("is not simulated"))
        for way in Self.otherThanHTTP { #expect(replied(way, result.output) > 0, "\(way) got no replies") }
    }

    /// The last column of the channel's row.
    private func replied(_ channel: String, _ output: String) -> Int {
        let row = output.split(separator: "\n").first { $0.hasPrefix(channel + " ") }
        return row?.split(separator: " ").last.flatMap { Int($0) } ?? 0
    }
}
