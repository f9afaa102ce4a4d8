import SluiceBoundary
import SluiceSDK

/// The bodies of items as relay and internal side read them, who do not trust their writer.
enum BodiesTarget {
    static func run(_ bytes: [UInt8]) {
        if let notice = try? NoticeBody(json: bytes) { demand((try? NoticeBody(json: notice.json())) != nil, "notice") }
        if let tally = try? TallyBody(json: bytes) {
            demand((try? TallyBody(json: tally.json())) != nil, "tally")
            _ = tally.openCount
        }
        if let order = try? ErasureBody(json: bytes) {
            demand((try? ErasureBody(json: order.json())) != nil, "erasure")
        }
        if let event = try? CaseEventBody(json: bytes) {
            demand((try? CaseEventBody(json: event.json())) != nil, "case event")
        }
        guard let document = try? JSONDocument.parse(bytes, maxDepth: 8), !document.isRepaired,
            let ticket = try? IntakeTicket(json: document.root)
        else { return }
        let again = try? IntakeTicket(json: JSONDocument.parse(ticket.json(), maxDepth: 8).root)
        demand(again?.json() == ticket.json(), "a ticket reads back otherwise than it was written")
        _ = ticket.contentDigest()
        for field in ticket.fields {
            if case .string(let text)? = ticket[field] { _ = TextHygiene.firstViolation(in: text) }
        }
    }
}
