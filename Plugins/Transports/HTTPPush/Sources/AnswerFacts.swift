internal import SluiceSDK

/// What the templates of an answer may speak of. Nothing here comes from a record's values.
struct AnswerFacts {
    static let names: Set<String> = [
        "ticket_id", "ticket_ids", "accepted", "new", "revised", "absorbed", "rejected", "reason", "code",
    ]

    private var outcome = MessageOutcome()
    private var code = ""
    private var reason = ""

    init(_ outcome: MessageOutcome) {
        self.outcome = outcome
        code = outcome.rejects.first?.code ?? ""
        reason = outcome.rejects.first?.reason ?? ""
    }

    init(_ refusal: PushRefusal) {
        code = refusal.code
        reason = refusal.reason
    }

    func value(_ name: String) -> String? {
        switch name {
        case "ticket_id": outcome.ticketIDs.first
        case "ticket_ids": outcome.ticketIDs.joined(separator: ",")
        case "accepted": "\(outcome.accepted)"
        case "new": "\(outcome.new)"
        case "revised": "\(outcome.revised)"
        case "absorbed": "\(outcome.absorbed)"
        case "rejected": "\(outcome.rejected)"
        case "reason": reason
        case "code": code
        default: nil
        }
    }
}
