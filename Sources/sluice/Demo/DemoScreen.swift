import SluiceConfig
import SluiceInternal
import SluiceRelay
import SluiceSDK
import SluiceSimulator
import Synchronization

/// What the demo shows: each channel as it comes alive, progress, then what arrived, three tickets and the ledgers.
struct DemoScreen: Sendable {
    let simulator: Simulator
    let books: DemoBooks
    let stores: ZoneStores
    let configuration: LoadedConfiguration
    private let start: ContinuousClock.Instant
    private let live = Live()

    private final class Live: Sendable {
        let channels = Mutex<Set<String>>([])
        /// When the first of them and the last of them came alive.
        let times = Mutex<(first: String?, all: String?)>((nil, nil))
    }

    /// - Parameter start: when the command began.
    init(
        simulator: Simulator, books: DemoBooks, stores: ZoneStores, configuration: LoadedConfiguration,
        start: ContinuousClock.Instant
    ) {
        self.start = start
        self.simulator = simulator
        self.books = books
        self.stores = stores
        self.configuration = configuration
    }

    func announce(gateway: String, hosts: SimulatedHosts) {
        print(Terminal.bold("Sluice demo"))
        print(
            "\(simulator.channels.count) channels into an external zone on \(gateway), relay and internal zone behind it; "
                + "\(configuration.handlers.count) handlers; nothing leaves this machine")
        for line in hosts.servers + hosts.standIns { print(line) }
        if !simulator.repliesUnseen.isEmpty {
            print("replies that nobody here can see: \(simulator.repliesUnseen.joined(separator: ", "))")
        }
        for (channel, reason) in simulator.left { print("\(channel) is not simulated: \(reason)") }
        print("")
        Terminal.flush()
    }

    /// A line for each channel once its first ticket is out of quarantine, and one for all of them.
    func progress() async throws {
        let lines = try await lines()
        for line in lines where line.released + line.held > 0 {
            guard live.channels.withLock({ $0.insert(line.channel).inserted }) else { continue }
            print("\(seconds)s  \(line.channel.padded(to: 26)) \(line.how.padded(to: 34)) \(line.name)")
        }
        let count = live.channels.withLock(\.count)
        live.times.withLock { times in
            if count > 0, times.first == nil { times.first = seconds }
            if count == lines.count, times.all == nil { times.all = seconds }
        }
        let (received, delivered) = (lines.sum(\.received), lines.sum(\.delivered))
        print(
            "\(seconds)s  \(count) of \(lines.count) channels live · received \(received) · delivered \(delivered) · "
                + "replies back \(lines.sum { $0.upstream.replies.count })")
        Terminal.flush()
    }

    private var seconds: String {
        let (whole, rest) = (ContinuousClock.now - start).components
        return "\(whole).\(rest / 100_000_000_000_000_000)"
    }

    /// Everything that came in is judged, delivered, and answered where the channel takes answers.
    func isSettled() async throws -> Bool {
        guard books.unanswered == 0 else { return false }
        let days = try await stores.reconciliation.run(day: nil)
        let isQuiet = days.allSatisfy { day in
            day.imbalances.isEmpty && day.deliveries.allSatisfy { $0.inFlight == 0 }
        }
        let lines = try await lines()
        return isQuiet && books.unanswered == 0 && lines.allSatisfy(\.isSettled)
    }

    /// - Returns: what does not add up.
    func summary() async throws -> [String] {
        let lines = try await lines()
        print("\n" + Terminal.bold("What arrived"))
        print(arrivals(lines))
        print("\n" + Terminal.bold("Who handles it"))
        print(handlers())
        let times = live.times.withLock { $0 }
        if let first = times.first {
            let all = times.all.map { ", a ticket of every channel after \($0) s" } ?? ""
            print("\nfirst ticket after \(first) s\(all)")
        }
        try await showTickets()
        let days = try await stores.settledReconciliation(day: nil)
        print("\n" + Terminal.bold("Ledgers"))
        print(ReconciliationText.text(days))
        let problems = days.flatMap(\.imbalances) + lines.flatMap(\.problems)
        if problems.isEmpty {
            let (offered, replies) = (lines.sum(\.upstream.offered), lines.sum { $0.upstream.replies.count })
            print(
                "the simulator's own books agree: \(offered) records offered = \(lines.sum(\.new)) new + "
                    + "\(lines.sum(\.revised)) revised + \(lines.sum(\.absorbed)) absorbed + \(lines.sum(\.rejected)) "
                    + "rejected; \(replies) replies acknowledged, \(replies) arrived")
        }
        return problems
    }

    private func arrivals(_ lines: [DemoLine]) -> String {
        var table = Table([
            "channel", "how", ">offered", ">new", ">revised", ">absorbed", ">rejected", ">held", ">released",
            ">delivered", ">replied",
        ])
        for line in lines {
            let counts = [
                line.upstream.offered, line.new, line.revised, line.absorbed, line.rejected, line.held, line.released,
                line.delivered,
            ]
            table.add(
                ["\(line.channel) \(line.name.shortened(to: 28))", line.how] + counts.map(String.init)
                    + [line.takesReplies ? "\(line.upstream.replies.count)" : "–"])
        }
        return table.text
    }

    private func handlers() -> String {
        var table = Table(["handler", "role", "by", ">events"])
        for handler in configuration.handlers {
            let role = handler.isFallback ? "fallback" : handler.role.rawValue
            table.add([
                "\(handler.id) \(handler.name)", role, handler.deliver.sender.type,
                "\(books.events(of: handler.id))",
            ])
        }
        return table.text
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

    private func lines() async throws -> [DemoLine] {
        await simulator.readReplies()
        let days = try await stores.reconciliation.run(day: nil)
        let simulated = Set(simulator.channels)
        return configuration.goodChannels.filter { simulated.contains($0.id) }.map { channel in
            DemoLine(
                channel, upstream: simulator.books.line(channel.id),
                takesReplies: simulator.replying.contains(channel.id), days: days,
                delivered: books.delivered(channel.id))
        }
    }
}

extension [DemoLine] {
    fileprivate func sum(_ count: (DemoLine) -> Int) -> Int { reduce(0) { $0 + count($1) } }
}
