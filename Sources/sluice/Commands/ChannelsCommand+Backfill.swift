import ArgumentParser
import Foundation
import SluiceExternal
import SluiceSDK

extension ChannelsCommand {
    struct Backfill: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Asks a channel's source again for everything since a date.",
            discussion: """
                For channels that fetch and remember how far they are (http-poll with 'since'): the cursor is set back, the next
                pass asks for what is newer, and what is known already is absorbed. --plan says what it would do and does
                nothing. Dates without an offset are of the gateway's time zone.

                EXAMPLES
                  sluice channels backfill hotline-12315 --from 2026-01-01 --plan
                  sluice channels backfill hotline-12315 --from "2026-01-05 08:00" --by "Zhang Min"
                """)

        @OptionGroup var options: SharedOptions
        @Argument(help: "The channel.") var channel: String
        @Option(help: "2026-01-05, \"2026-01-05 08:00\", or RFC 3339 with an offset.") var from: String
        @Option(help: "Who decides; it is recorded.") var by = NSUserName()
        @Flag(help: "Only say what would happen.") var plan = false

        func run() async throws {
            let access = try ExternalAccess(options)
            try access.requireChannel(channel)
            let zone = try access.settings().timeZone
            let order = BackfillOrder(channel, from: try PointInTime.read(from, in: zone), by: by, isPlan: plan)
            let answer = try await access.order(ExternalControl.backfill, order.json()) { store in
                let file = try access.resolved().channel(channel)
                let rewound = try await ChannelDesk(store: store).backfill(
                    file, plugins: PluginCatalog.external, zone: zone, from: order.from, by: by, at: .now(),
                    isPlan: plan)
                return BackfillOrder.json(rewound)
            }
            let effect = answer["effect"]?.string ?? ""
            print("\(channel) \(plan ? "would ask" : "asks") \(effect.dropPrefix("asks "))")
            print("what is known already is absorbed; `sluice channels show \(channel)` counts it")
        }
    }
}

extension String {
    fileprivate func dropPrefix(_ prefix: String) -> Substring {
        hasPrefix(prefix) ? dropFirst(prefix.count) : self[...]
    }
}
