import SluiceInternal
import SluiceRelay
import SluiceSDK
import Synchronization

/// What the demo shows: progress while it works, then a picture of what arrived, three tickets and the ledgers.
struct DemoScreen: Sendable {
    let books: DemoBooks
    let stores: ZoneStores
    private let start = ContinuousClock.now

    static let channels = [
        ("hotline-12345", "12345政务服务便民热线", "signed JSON pushes"),
        ("web-shandong-12345", "山东省12345网上转办", "NDJSON pushes"),
        ("hotline-12320", "12320卫生健康热线", "GB18030 CSV folder"),
    ]

    init(books: DemoBooks, stores: ZoneStores) {
        self.books = books
        self.stores = stores
    }

    func announce(gateway: String) {
        print(Terminal.bold("Sluice demo"))
        print(
            "external zone on \(gateway), relay and internal zone behind it; two handlers; nothing leaves this machine\n"
        )
    }

    func progress() async throws {
        let seconds = Int((ContinuousClock.now - start).components.seconds)
        let parts = try await lines().map {
            "\($0.channel) \($0.received)▸\($0.released)▸\($0.delivered)◂\($0.replied)"
        }
        print("\(seconds)s  " + parts.joined(separator: "   "))
    }

    /// Everything that came in is judged, delivered, and answered where the channel takes answers.
    func isSettled() async throws -> Bool {
        let days = try await stores.reconciliation.run(day: nil)
        let isQuiet = days.allSatisfy { day in
            day.imbalances.isEmpty && day.deliveries.allSatisfy { $0.inFlight == 0 }
                && day.channels.allSatisfy { $0.waiting == 0 && $0.onTheWay == 0 && $0.repliesInFlight == 0 }
        }
        guard isQuiet else { return false }
        return try await lines().allSatisfy { line in
            line.received >= line.accepted && line.delivered == line.released
                && (line.channel == "hotline-12320" || line.replied == line.delivered)
        }
    }

    /// - Returns: false when the ledgers do not balance.
    func summary() async throws -> Bool {
        print("\n" + Terminal.bold("What arrived"))
        var table = Table([
            "channel", "how", ">offered", ">received", ">absorbed", ">rejected", ">released", ">delivered", ">replied",
        ])
        for line in try await lines() {
            table.add(
                ["\(line.channel) \(line.name)", line.how]
                    + [
                        line.offered, line.received, line.absorbed, line.rejected, line.released, line.delivered,
                        line.replied,
                    ].map(String.init))
        }
        print(table.text)
        try await showTickets()
        let days = try await stores.settledReconciliation(day: nil)
        print("\n" + Terminal.bold("Ledgers"))
        print(ReconciliationText.text(days))
        return days.allSatisfy(\.imbalances.isEmpty)
    }

    private func showTickets() async throws {
        print("\n" + Terminal.bold("Three tickets"))
        let desk = TicketDesk(store: stores.internalZone, zone: stores.timeZone)
        var shown: Set<String> = []
        for ticket in try await desk.latest(200) where shown.count < 3 && shown.insert(ticket.channelID).inserted {
            print("\(ticket.number)  \(ticket.channelID)  \(ticket.title ?? "")  [\(ticket.status.labelZH)]")
            for step in try await desk.trace(ticket.ticketID) {
                print(
                    "    \(Timestamps.text(step.at))  \(step.step.padded(to: 20))\(step.actor.padded(to: 24))\(step.detail.shortened(to: 60))"
                )
            }
        }
    }

    private struct Line {
        var channel: String
        var name: String
        var how: String
        var offered = 0
        /// What the upstream was told is taken; a file that lies in the folder counts from then on.
        var accepted = 0
        var received = 0
        var absorbed = 0
        var rejected = 0
        var released = 0
        var delivered = 0
        var replied = 0
    }

    private func lines() async throws -> [Line] {
        let days = try await stores.reconciliation.run(day: nil)
        return Self.channels.map { channel, name, how in
            var line = Line(channel: channel, name: name, how: how)
            for part in days.flatMap(\.channels) where part.channel == channel {
                line.received += part.record("received")
                line.absorbed += part.record("absorbed")
                line.rejected += part.record("rejected")
                line.released += part.released
            }
            let book = books.line(channel)
            line.offered = book.offered
            line.accepted = book.accepted
            line.delivered = book.delivered.count
            line.replied = book.replies.count
            return line
        }
    }
}
