import MailboxTransport
import SluiceSDK
import SluiceTesting
import Synchronization
import Testing

/// Against a real Dovecot, by both protocols, whatever happens to a letter afterwards.
@Suite struct MailboxConformanceTests {
    @Test(arguments: ConformanceCase.allCases, MailboxBench.Kind.allCases)
    func conforms(_ scenario: ConformanceCase, kind: MailboxBench.Kind) async throws {
        try await TransportConformance.run(scenario) { try await MailboxBench(kind, scenario) }
    }
}

/// A box on a real server; where bytes or connections are counted, with a relay before it.
final class MailboxBench: TransportBench {
    enum Kind: String, CaseIterable, CustomTestStringConvertible {
        case imapSeen, imapMove, imapDelete, popSeen, popDelete

        var testDescription: String { rawValue }
        var isIMAP: Bool { [.imapSeen, .imapMove, .imapDelete].contains(self) }
    }

    static let overLimit = OverLimit.refused("mailbox.too-large")

    private let kind: Kind
    private let server: Dovecot
    private let relay: CuttingRelay?
    private let count = Mutex(0)

    init(_ kind: Kind, _ scenario: ConformanceCase) async throws {
        self.kind = kind
        server = try await Dovecot()
        // A relay takes connections itself, so that a server that is down refuses none.
        let wantsRelay = [.brokenOff, .saturation, .closed].contains(scenario)
        relay = wantsRelay ? try CuttingRelay(to: server.server.place.ports[kind.isIMAP ? 1 : 3]) : nil
    }

    private var url: String {
        guard let relay else { return kind.isIMAP ? server.imaps : server.pop3s }
        return "\(kind.isIMAP ? "imaps" : "pop3s")://127.0.0.1:\(relay.port)"
    }

    func transport(_ context: ChannelContext) throws -> any Transport {
        let after: [(String, ConfigLiteral)] =
            switch kind {
            case .imapMove: [("after", "move"), ("moved_to", "已受理")]
            case .imapDelete, .popDelete: [("after", "delete")]
            case .imapSeen, .popSeen: [("after", "seen")]
            }
        return try MailboxTransport(Box.config(url, after, ca: server.authority), context: context)
    }

    func put(_ text: String) throws {
        let number = count.withLock { count in
            count += 1
            return count
        }
        // Lines as mail has them would cut the text in pieces; servers take longer ones.
        try server.deliver(Box.letter("\(number)", text))
    }

    func cut() { server.server.stop() }

    func restore() async throws {
        relay?.cut(after: nil)
        if !server.server.isRunning { try await server.server.start() }
    }

    func breakOff() { relay?.cut(after: 100_000) }
    func breaks() -> Int { relay?.cuts ?? 0 }
    func openConnections() -> Int? { relay?.connections }
    func handedOut() -> Int? { relay?.passed }
}
