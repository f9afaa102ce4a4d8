import ArgumentParser
import Foundation
import SluiceConfig
import SluiceExternal
import SluiceSDK

extension ChannelsCommand {
    struct Pause: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Stops a channel, in and out, until it is resumed; a restart does not resume it.",
            discussion: """
                What is in hand is finished first. Pushes are answered 503 with Retry-After, files and feeds stay where
                they are, replies wait.

                EXAMPLE
                  sluice channels pause hotline-12345 --by "Zhang Min"
                """)

        @OptionGroup var options: SharedOptions
        @Argument(help: "The channel.") var channel: String
        @Option(help: "Who decides; it is recorded.") var by = NSUserName()

        func run() async throws {
            let access = try ExternalAccess(options)
            try access.requireChannel(channel)
            _ = try await access.order(ExternalControl.pause, DeskOrder(channel, by: by)) { store in
                try await ChannelDesk(store: store).pause(channel, by: by, at: .now())
                return QuarantineControl.done
            }
            print("paused \(channel)")
        }
    }

    struct Resume: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lets a paused channel go on from where it stood.")

        @OptionGroup var options: SharedOptions
        @Argument(help: "The channel.") var channel: String
        @Option(help: "Who decides; it is recorded.") var by = NSUserName()

        func run() async throws {
            let access = try ExternalAccess(options)
            try access.requireChannel(channel)
            _ = try await access.order(ExternalControl.resume, DeskOrder(channel, by: by)) { store in
                try await ChannelDesk(store: store).resume(channel, by: by, at: .now())
                return QuarantineControl.done
            }
            print("resumed \(channel)")
        }
    }
}
