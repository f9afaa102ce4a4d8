@testable import SluiceBoundary
import SluiceSDK
import Testing

/// What sealing costs, told and bounded in bytes; times depend on the machine and are only printed.
@Suite(.serialized) struct SealingCostTests {
    @Test(arguments: [(1, SealingScope.personal), (500, .personal), (1, .whole)])
    func aTicketGrowsByLessThanItsSealedPartAllows(tickets: Int, scope: SealingScope) throws {
        let bench = try SealingBench()
        let (sealer, opener) = (try bench.sealer(), try bench.opener())
        let ticket = SealingBench.ticket {
            $0[.description] = .string(String(repeating: "小区门口的路灯三天不亮，", count: 20))
        }
        var items: [Item] = []
        let clock = ContinuousClock()
        let sealing = try clock.measure {
            for _ in 0..<(500 / tickets) {
                let session = try sealer.session(scope, tickets: tickets)
                for _ in 0..<tickets { items.append(SealingBench.item(try session.seal(ticket), of: ticket)) }
            }
        }
        let opening = try clock.measure { for item in items { _ = try opener.open(item) } }
        let plain = ticket.json().count
        let sealed = Outbox.size(of: items[0])
        print(
            "sealing \(scope.rawValue), \(tickets) a message: seal \(sealing / 500), open \(opening / 500), "
                + "\(plain) bytes in clear, \(sealed) sealed, of which \(items[0].sealed?.bytes.count ?? 0) CMS")
        #expect(items.count == 500)
        #expect(sealed < plain * (scope == .whole ? 2 : 1) + 1300)
    }
}
