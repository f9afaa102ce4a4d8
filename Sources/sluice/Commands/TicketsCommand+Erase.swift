import ArgumentParser
import Foundation
import SluiceConfig
import SluiceInternal
import SluiceSDK
import SluiceStore

extension TicketsCommand {
    struct Erase: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Takes a requester's personal data out of tickets, in all zones.",
            discussion: """
                Personal fields are removed from every revision, and where somebody repeated them in a text; raw messages
                and quarantined lines are emptied; --with-text removes title, text, address, attributes, attachments and
                replies too. The order travels outward as a signed item. Ids, digests, signatures and counts stay; the same
                record pushed again is absorbed and brings nothing back. Backups are not touched: see docs/operate.md.

                EXAMPLES
                  sluice tickets erase --requester 13900001234 --reason "request 2026-17" --by "Zhang Min"
                  sluice tickets erase ZX20260105000123 --with-text --reason "request 2026-17" --by "Zhang Min"
                """)

        @OptionGroup var options: SharedOptions
        @Argument(help: "Ticket ids, sources' numbers or our numbers.") var ids: [String] = []
        @Option(help: "A phone number, name, account or address of the requester: all tickets that have it.")
        var requester: String?
        @Option(help: "Why; it is recorded. No personal data here.") var reason: String
        @Option(help: "Who decides; it is recorded.") var by = NSUserName()
        @Flag(help: "Everything that was written freely too.") var withText = false
        @Flag(help: "Only say which tickets it would be.") var dryRun = false

        func validate() throws {
            if ids.isEmpty && requester == nil { throw ValidationError("name tickets, or --requester") }
            if reason.allSatisfy(\.isWhitespace) { throw ValidationError("--reason says nothing") }
        }

        func run() async throws {
            let workspace = try Workspace(options, references: .standIn, zones: [.internal])
            guard let store = try StoreAccess.internalZone(workspace) else { throw CommandFailure("no tickets yet") }
            let tickets = try await tickets(in: store, zone: try workspace.internalZone().timeZone)
            if tickets.isEmpty { throw CommandFailure("no ticket has this requester") }
            if dryRun { return print(tickets.joined(separator: "\n")) }
            let order = ErasureOrder(tickets: tickets, extent: withText ? .all : .personal, reason: reason, person: by)
            let id = try await carryOut(order, workspace, store)
            print("erasure \(id): \(tickets.count) tickets; the relay and the external zone follow when they run")
        }

        private func tickets(in store: Store, zone: Zone) async throws -> [String] {
            let desk = TicketDesk(store: store, zone: zone)
            var found: [String] = []
            for id in ids { found += try await TicketsCommand.found(id, desk).map(\.ticketID) }
            if let requester { found += try await ErasureDesk(store: store).tickets(of: requester) }
            return found.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
        }

        private func carryOut(_ order: ErasureOrder, _ workspace: Workspace, _ store: Store) async throws -> String {
            let path = try workspace.controlPath(of: .internal)
            if let answer = try await ControlClient(path: path).call(ErasureControl.erase, order.json()) {
                return answer["erasure"]?.string ?? ""
            }
            let lock = try ZoneLock(folder: try workspace.dataFolder(of: .internal))
            defer { withExtendedLifetime(lock) {} }
            return try await ErasureDesk(store: store)
                .erase(order.tickets, extent: order.extent, reason: order.reason, by: order.person)
        }
    }
}
