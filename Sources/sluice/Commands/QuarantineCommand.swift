import ArgumentParser
import Foundation
import SluiceBoundary
import SluiceConfig
import SluiceRelay
import SluiceSDK
import SluiceStore

struct QuarantineCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quarantine", abstract: "What the relay holds or has rejected, and a person's decision about it.",
        discussion: """
            EXAMPLES
              sluice quarantine list --held
              sluice quarantine show 17
              sluice quarantine release 17 --by "Zhang Min"
              sluice quarantine release --channel web-mayor-mailbox --code hold.probation --by "Zhang Min"
              sluice quarantine reject 17 --by "Zhang Min" --reason "advertising"
            """,
        subcommands: [List.self, Show.self, Release.self, Reject.self], defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Oldest first, with its age.")

        @OptionGroup var options: SharedOptions
        @Flag(help: "Only what waits for a person.") var held = false
        @Option(help: "At most so many; says when there are more.") var limit = ListLimit(100)

        func run() async throws {
            let desk = try QuarantineAccess(options).readingDesk()
            let entries = try await limit.rows { try await desk?.list(held ? .held : nil, limit: $0) ?? [] }
            if options.format == .json {
                var writer = JSONWriter()
                writer.beginArray()
                for entry in entries { QuarantineCommand.write(entry, to: &writer) }
                writer.endArray()
                return print(writer.text)
            }
            if entries.isEmpty { return print(held ? "nothing is held" : "nothing is held or rejected") }
            var table = Table([">id", "state", "age", "channel", "kind", "item", "code", "reason"])
            let now = Timestamp.now()
            for entry in entries {
                table.add([
                    String(entry.id), entry.decision.rawValue, Age.text(from: entry.receivedAt, to: now),
                    entry.channelID,
                    entry.kind.rawValue, entry.itemID, entry.code, entry.reason.shortened(to: 60),
                ])
            }
            print(table.text)
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "One item whole, with every decision about it. It shows personal data.")

        @OptionGroup var options: SharedOptions
        @Argument(help: "Its number, from the list.") var id: Int64

        func run() async throws {
            guard let desk = try QuarantineAccess(options).readingDesk() else {
                throw CommandFailure("the relay has no store yet")
            }
            let detail = try await desk.show(id)
            print(
                "item \(detail.entry.itemID), attempt \(detail.entry.attempt), \(detail.entry.kind.rawValue) of \(detail.entry.channelID)"
            )
            for verdict in detail.verdicts {
                print(
                    "\(Timestamps.text(verdict.at))  \(verdict.decision.rawValue) by \(verdict.by) [\(verdict.code)] \(verdict.reason)"
                )
            }
            for approval in detail.approvals {
                print("\(Timestamps.text(approval.at))  first word of two by \(approval.person)")
            }
            if let sealed = detail.sealed { print("sealed: \(sealed); only the internal side can open it") }
            print(JSONDifference.pretty(try JSONDocument.parse(Array(detail.body.utf8)).root))
        }
    }

    struct Reject: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Refuses a held item for good.")

        @OptionGroup var options: SharedOptions
        @Argument(help: "Its number, from the list.") var id: Int64
        @Option(help: "Who decides; it is recorded.") var by = NSUserName()
        @Option(help: "Why; the external side sees it.") var reason: String

        func run() async throws {
            let decision = QuarantineDecision(id: id, person: by, reason: reason)
            try await QuarantineAccess(options).decide(QuarantineControl.reject, decision, answer: { _ in }) {
                try await $0.reject(id, by: by, reason: reason)
            }
            print("rejected \(id)")
        }
    }

    private static func write(_ entry: QuarantineEntry, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.field("id", entry.id)
        writer.field("state", entry.decision.rawValue)
        writer.field("item", entry.itemID)
        writer.field("attempt", entry.attempt)
        writer.field("channel", entry.channelID)
        writer.field("kind", entry.kind.rawValue)
        writer.field("received_at", entry.receivedAt.rfc3339(in: .shanghai))
        writer.field("code", entry.code)
        writer.field("reason", entry.reason)
        writer.field("by", entry.by)
        writer.endObject()
    }
}

/// Reads quarantine.db beside the relay; decides through the running relay, or on its files when it does not run.
struct QuarantineAccess {
    private let folder: String
    private let twoPersons: Set<String>
    private let options: SharedOptions

    init(_ options: SharedOptions) throws {
        let workspace = try Workspace(options, references: .standIn, zones: [.relay])
        let file = try workspace.relay()
        (folder, twoPersons) = (workspace.located(file.data), file.twoPersons)
        self.options = options
    }

    func readingDesk() throws -> QuarantineDesk? {
        try store().map { QuarantineDesk(store: $0, twoPersons: twoPersons) }
    }

    private func store() throws -> Store? { try StoreAccess.relay(folder) }

    /// - Returns: what the relay answers, or what `otherwise` does on the files of a stopped one.
    func decide<Answer>(
        _ action: String, _ decision: QuarantineDecision, answer: (JSONElement) throws -> Answer,
        otherwise: (QuarantineDesk) async throws -> Answer
    ) async throws -> Answer {
        if let told = try await ControlClient(path: folder + "/control.sock").call(action, decision.json()) {
            return try answer(told)
        }
        guard let store = try store() else { throw CommandFailure("the relay has no store yet") }
        let lock = try ZoneLock(folder: folder)
        let record = try Workspace(options, zones: [.relay]).record()
        if let record { try await record.prepare(store) } else { try await QuarantineRecord.forget(in: store) }
        let desk = QuarantineDesk(store: store, record: record, twoPersons: twoPersons)
        let done = try await otherwise(desk)
        await record?.close()
        withExtendedLifetime(lock) {}
        return done
    }
}
