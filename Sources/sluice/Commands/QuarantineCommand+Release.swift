import ArgumentParser
import Foundation
import SluiceBoundary
import SluiceRelay
import SluiceSDK

extension QuarantineCommand {
    struct Release: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lets held items go on: one by its number, or all that fit.",
            discussion: """
                Where relay.yaml asks for two people (`two_persons`), the first one's word is kept and the second one's
                releases.

                EXAMPLES
                  sluice quarantine release 17 --by "Zhang Min"
                  sluice quarantine release --channel web-mayor-mailbox --code hold --older-than 2h --dry-run
                """)

        @OptionGroup var options: SharedOptions
        @Argument(help: "Its number, from the list.") var id: Int64?
        @Option(help: "All of this channel.") var channel: String?
        @Option(help: "All that are held for this reason; `hold` for all rules.") var code: String?
        @Option(help: "All of this kind, ticket.opened.") var kind: String?
        @Option(help: "All that are held for longer, 90m, 2h, 3d.") var olderThan: String?
        @Option(help: "At most so many; says when there are more.") var limit = ListLimit(1000)
        @Flag(help: "Only say which they would be.") var dryRun = false
        @Option(help: "Who decides; it is recorded.") var by = NSUserName()

        func run() async throws {
            let access = try QuarantineAccess(options)
            let ids = try await chosen(access)
            if dryRun {
                for id in ids { print("would release \(id)") }
                return print("\(ids.count) items")
            }
            var (released, waiting) = (0, 0)
            for id in ids {
                switch try await release(id, access) {
                case .released: released += 1
                case .needsSecond: waiting += 1
                }
                if ids.count == 1 {
                    print(waiting == 0 ? "released \(id)" : "\(id) needs a second person's word, and has \(by)'s now")
                }
            }
            if self.id == nil { print("released \(released), \(waiting) need a second person") }
        }

        private func release(_ id: Int64, _ access: QuarantineAccess) async throws -> QuarantineDesk.Release {
            try await access.decide(QuarantineControl.release, QuarantineDecision(id: id, person: by)) { answer in
                answer["release"]?.string.flatMap(QuarantineDesk.Release.init) ?? .released
            } otherwise: {
                try await $0.release(id, by: by)
            }
        }

        private func chosen(_ access: QuarantineAccess) async throws -> [Int64] {
            let isFilter = channel != nil || code != nil || kind != nil || olderThan != nil
            guard (id != nil) != isFilter else {
                throw CommandFailure("name one item, or say which: --channel, --code, --kind, --older-than")
            }
            if let id { return [id] }
            guard let desk = try access.readingDesk() else { throw CommandFailure("the relay has no store yet") }
            var filter = try filter()
            return try await limit.rows { most in
                filter.limit = most
                return try await desk.held(filter)
            }.map(\.id)
        }

        private func filter() throws -> QuarantineFilter {
            var filter = QuarantineFilter(channelID: channel, code: code)
            if let kind {
                filter.kind = ItemKind(rawValue: kind)
                if filter.kind == nil { throw CommandFailure("there is no kind '\(kind)'") }
            }
            if let olderThan {
                guard let age = Units.duration(olderThan) else {
                    throw CommandFailure("'\(olderThan)' is not a time like 90m, 2h or 3d")
                }
                let now = Timestamp.now()
                filter.before = Timestamp(milliseconds: now.milliseconds - age.components.seconds * 1000)
            }
            return filter
        }
    }
}
