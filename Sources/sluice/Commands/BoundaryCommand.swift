import ArgumentParser
import Foundation
import SluiceBoundary
import SluiceConfig
import SluiceSDK
import SluiceStore

struct BoundaryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "boundary", abstract: "The borders between the zones.",
        subcommands: [Keys.self, Check.self, Resume.self, Install.self, Resend.self, Export.self, Import.self])

    struct Keys: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Makes the signing keys that are missing, and hands the public ones to the peers.",
            discussion: """
                Each zone whose file is in the configuration folder gets a private key (0600) in its own data folder, and
                the public keys of the others that are there too. Where the zones run apart, carry the .pub files over by
                hand. Nothing that is there is overwritten.

                The internal zone also gets a sealing key: what names a requester is sealed to its certificate,
                keys/sealing.crt, which the external zone needs. --rotate-sealing makes a further one and replaces the
                certificate; the older private keys stay until a person removes them (docs/security.md).

                EXAMPLES
                  sluice boundary keys
                  sluice boundary keys --rotate-sealing
                """)

        @OptionGroup var options: SharedOptions
        @Flag(help: "Make a new sealing key and seal to it from now on.") var rotateSealing = false

        func run() throws {
            let workspace = try Workspace(options, references: .standIn)
            if rotateSealing, !(try workspace.zones().contains(.internal)) {
                throw CommandFailure("the sealing key is the internal zone's: rotate it where internal.yaml is")
            }
            let outcomes = try workspace.prepareKeys(isRotation: rotateSealing)
            var table = Table(["zone", "key", "", "fingerprint"])
            for outcome in outcomes.signing {
                table.add([outcome.zone, "signing", outcome.isNew ? "made" : "there already", outcome.fingerprint])
            }
            if let sealing = outcomes.sealing {
                table.add([sealing.zone, "sealing", sealing.isNew ? "made" : "there already", sealing.fingerprint])
            }
            print(table.text)
        }
    }

    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Streams that stand still because a batch could not be trusted; exit 1 when there is one.",
            discussion:
                "Asks every zone that has a file in the configuration folder; each speaks of the streams it reads.")

        @OptionGroup var options: SharedOptions

        func run() async throws {
            let workspace = try Workspace(options, references: .standIn)
            var isWell = true
            for zone in try workspace.zones() {
                guard let answer = try await workspace.call(zone, BoundaryControl.check, [:]) else {
                    print(
                        "\(zone.rawValue) does not run here: nothing answers on \(try workspace.controlPath(of: zone))")
                    isWell = false
                    continue
                }
                for gap in try ZoneStoreFile(zone, in: workspace).reader().read({ try Inlet.gaps(in: $0) }) {
                    print("given up before: \(gap.description)")
                }
                answer["stops"]?.forEachElement { stop in
                    print("\(stop["stream"]?.string ?? "?") stands still: \(stop["reason"]?.string ?? "")")
                    isWell = false
                }
            }
            if !isWell { throw ExitCode(1) }
            print("all streams run")
        }
    }

    struct Resume: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lets a stopped stream try again, once the cause is mended.",
            discussion: """
                The batch is checked anew: one that still cannot be trusted stops the stream again. Where batches are missing
                and can never come, --over-gap goes on behind them; which batches and items that were is recorded, and the
                zone that wrote them sends them again with `sluice boundary resend`.

                EXAMPLES
                  sluice boundary resume external-relay
                  sluice boundary resume external-relay --over-gap --by "Zhang Min"
                """)

        @OptionGroup var options: SharedOptions
        @Argument(help: "The stream, as `sluice boundary check` names it.") var stream: String
        @Flag(help: "Give up what is missing and go on behind it.") var overGap = false
        @Option(help: "Who decides; it is recorded.") var by = NSUserName()

        /// The zone that reads a stream is the one that stopped it.
        private var reader: ZoneName? {
            // Of a further external producer too.
            if stream.hasSuffix("-relay") { return .relay }
            return [BoundaryStream.relayToExternal.name: .external, BoundaryStream.relayToInternal.name: .internal][
                stream]
        }

        func run() async throws {
            guard let reader else {
                throw CommandFailure(
                    "there is no such stream; they are external-relay, internal-relay, relay-external, relay-internal, "
                        + "and PRODUCER-relay for a further external process")
            }
            let workspace = try Workspace(options, references: .standIn)
            let action = overGap ? BoundaryControl.skip : BoundaryControl.resume
            guard let answer = try await workspace.call(reader, action, ["stream": stream, "by": by]) else {
                throw CommandFailure(
                    "\(reader.rawValue) does not run here: nothing answers on \(try workspace.controlPath(of: reader))")
            }
            if let gap = answer["gap"]?.string { print("given up: \(gap)") }
            print("resumed \(stream)")
        }
    }
}
