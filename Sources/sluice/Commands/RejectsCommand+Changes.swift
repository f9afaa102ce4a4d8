import ArgumentParser
import Foundation
import SluiceExternal
import SluiceSDK

extension RejectsCommand {
    struct Edit: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Keeps an edited copy of a reject's bytes; the bytes that came stay.",
            discussion: """
                Without --file the copy opens in $EDITOR. The next replay sends it. Bytes are UTF-8, one record, or the
                whole message where the reject is a whole message.

                EXAMPLES
                  sluice rejects edit 17 --file mended.json --by "Zhang Min"
                  EDITOR=vim sluice rejects edit 17
                """)

        @OptionGroup var options: SharedOptions
        @Argument(help: "Its number, from the list.") var id: Int64
        @Option(help: "The edited copy.") var file: String?
        @Option(help: "Who edits; it is recorded.") var by = NSUserName()

        func run() async throws {
            let access = try ExternalAccess(options)
            let current = try RejectsCommand.reject(id, access).currentBytes
            let bytes = try file.map(Self.read) ?? Editor.edit(current, name: "reject-\(id)")
            if bytes == current { return print("nothing was changed") }
            _ = try await access.order(ExternalControl.edit, DeskOrder(String(id), by: by, bytes: bytes)) { store in
                try await RejectDesk(store: store).edit(id, to: bytes, by: by)
                return QuarantineControl.done
            }
            print("kept an edited copy of \(id); send it with: sluice rejects replay \(id)")
        }

        private static func read(_ path: String) throws -> [UInt8] {
            guard let data = FileManager.default.contents(atPath: path) else {
                throw CommandFailure("cannot read '\(path)'")
            }
            return [UInt8](data)
        }
    }

    struct Replay: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Maps rejects again with the configuration of now, and sends them on.",
            discussion: """
                An edited copy goes in place of the original. What is not taken again stays open with the new reason;
                exit 1 then.

                EXAMPLES
                  sluice rejects replay 17 18 --by "Zhang Min"
                  sluice rejects replay --channel hotline-12345      all that is open of one channel
                """)

        @OptionGroup var options: SharedOptions
        @Argument(help: "Their numbers, from the list.") var ids: [Int64] = []
        @Option(help: "All open rejects of this channel, oldest first.") var channel: String?
        @Option(help: "Who sends; it is recorded.") var by = NSUserName()

        func validate() throws {
            guard ids.isEmpty != (channel == nil) else {
                throw ValidationError("name rejects by number, or one --channel")
            }
        }

        func run() async throws {
            let access = try ExternalAccess(options)
            var chosen = ids
            if let channel, let store = try access.store() {
                chosen = try RejectDesk(store: store).list(channel: channel, limit: 100_000).map(\.id).reversed()
            }
            var failures = 0
            for id in chosen where try await !replay(id, access) { failures += 1 }
            if failures > 0 { throw ExitCode(1) }
        }

        private func replay(_ id: Int64, _ access: ExternalAccess) async throws -> Bool {
            let answer = try await access.order(ExternalControl.replay, DeskOrder(String(id), by: by)) { store in
                ExternalControl.json(try await access.replay(store).replay(id, by: by))
            }
            let ticket = answer["ticket_id"]?.string.map { ", ticket \($0)" } ?? ""
            let reason = answer["reason"]?.string.map { ": \($0)" } ?? ""
            print("reject \(id): \(answer["summary"]?.string ?? "")\(ticket)\(reason)")
            if let event = try RejectsCommand.reject(id, access).events.last, event.kind == .untold {
                print(
                    "reject \(id): its source could not be told, and still holds it for rejected: \(event.reason ?? "")"
                )
            }
            return answer["reason"]?.string == nil
        }
    }

    struct Discard: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Closes a reject for good; its bytes and the reason stay.",
            discussion: """
                EXAMPLE
                  sluice rejects discard 17 --by "Zhang Min" --reason "test message of the upstream"
                """)

        @OptionGroup var options: SharedOptions
        @Argument(help: "Its number, from the list.") var id: Int64
        @Option(help: "Who decides; it is recorded.") var by = NSUserName()
        @Option(help: "Why; it is recorded.") var reason: String

        func run() async throws {
            let order = DeskOrder(String(id), by: by, reason: reason)
            _ = try await ExternalAccess(options).order(ExternalControl.discard, order) { store in
                try await RejectDesk(store: store).discard(id, by: by, reason: reason)
                return QuarantineControl.done
            }
            print("discarded \(id)")
        }
    }

    static func reject(_ id: Int64, _ access: ExternalAccess) throws -> Reject {
        guard let reject = try access.store().flatMap({ try RejectDesk(store: $0).show(id) }) else {
            throw CommandFailure("there is no reject \(id)")
        }
        return reject
    }
}
