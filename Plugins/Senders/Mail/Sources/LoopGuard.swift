internal import SluiceSDK

/// Refuses answers that no person would read, or that two machines would go on answering.
struct LoopGuard: Sendable {
    /// Our own address.
    let own: String
    /// Answers of ours in one thread.
    let most: Int

    /// - Returns: where the answer goes.
    /// - Throws: `PluginError`, rejected: it stays on the desk of replies.
    func recipient(of thread: MailThread) throws -> String {
        guard thread.automatic.isEmpty else {
            throw refused(
                "mail.automatic", "the letter is \(Self.kind(thread.automatic)), and such letters are never answered")
        }
        guard !thread.to.isEmpty else {
            throw refused(
                "mail.no-address",
                "nothing was remembered of where the answer goes; the ticket came before this channel "
                    + "answered by mail, or the letter names no sender")
        }
        guard MailAddress.isValid(thread.to) else {
            throw refused("mail.bad-address", "the sender's address is none that mail can be sent to")
        }
        guard thread.to.lowercased() != own.lowercased() else {
            throw refused("mail.own-address", "the letter came from our own address")
        }
        guard thread.references.filter({ MessageID.isOurs($0, of: own) }).count < most else {
            throw refused("mail.thread", "\(most) answers were sent in this thread; two machines may be talking")
        }
        return thread.to
    }

    private static func kind(_ automatic: String) -> String {
        let known = ["bounce", "auto-reply", "own-address", "list", "no-answer"]
        return known.contains(automatic) ? "'\(automatic)'" : "not a person's"
    }

    private func refused(_ code: String, _ reason: String) -> PluginError { PluginError(.rejected, code, reason) }
}

/// Message-IDs of ours: the reply's id in them makes them the same in every attempt.
enum MessageID {
    static func make(_ replyID: String, from sender: MailAddress) -> String {
        let safe = replyID.filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
        return "sluice.\(safe)@\(sender.domain)"
    }

    static func isOurs(_ id: String, of address: String) -> Bool {
        let domain = address.lowercased().split(separator: "@").last ?? ""
        return id.hasPrefix("sluice.") && id.lowercased().hasSuffix("@" + domain)
    }
}
