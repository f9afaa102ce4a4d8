internal import CurlKit
internal import SluiceSDK

/// What a page says of itself and of the pages behind it.
struct PageReading {
    var items: [any Record] = []
    var total: Int?
    /// Of its records where they are known, of its bytes otherwise: an envelope with a clock in it is not another page.
    var fingerprint: String
    /// The next page's position; nil when this is the last.
    var next: String?

    /// - Throws: `PluginError` when the page does not hold what the configuration promises.
    init(_ response: CurlResponse, rule: PageRule, pass: PollCheckpoint.Pass, url: String) throws {
        fingerprint = ""
        let document = try Self.document(response, rule.items ?? rule.next)
        if let document, let path = rule.items {
            items = try Self.found { try document.all(path) }
            total = try Self.found { try rule.total.flatMap { try document.first($0).word } }.flatMap { Int($0) }
        }
        fingerprint = items.isEmpty ? Self.fingerprint(response.body) : Self.fingerprint(items)
        if rule.stop == .total, rule.total != nil, total == nil {
            throw PluginError(
                .retry(after: .seconds(60)), "http-poll.no-total", "the page holds no number at 'page.total'")
        }
        switch rule.style {
        case .none: break
        case .number, .offset: if !isLast(rule, pass) { next = rule.following(pass.position) }
        case .cursor:
            let found = try Self.found { try rule.next.flatMap { try document?.first($0).word } }
            next = found.flatMap { $0.isEmpty ? nil : $0 }
        case .linkHeader: next = try NextLink.find(in: response, from: pass.position ?? url)
        }
    }

    private func isLast(_ rule: PageRule, _ pass: PollCheckpoint.Pass) -> Bool {
        if items.isEmpty { return true }
        switch rule.stop {
        case .empty: return false
        case .short: return items.count < rule.size ?? 1
        case .total: return pass.items + items.count >= total ?? 0
        }
    }

    /// A path that is not walked to its end has found nothing, which must not pass for an empty page.
    private static func found<Value>(_ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let fault as RecordFault {
            throw PluginError(.retry(after: .seconds(60)), "http-poll.path", "a path of 'page': \(fault.reason)")
        }
    }

    /// - Parameter path: what has to look into the page; nil when nothing has to.
    private static func document(_ response: CurlResponse, _ path: AnswerPath?) throws -> AnswerDocument? {
        guard let path else { return nil }
        do throws(RecordFault) {
            return try AnswerDocument(response.body, contentType: response.header("content-type"), for: path)
        } catch {
            let kind = path.isXML ? "xml" : "json"
            throw PluginError(
                .retry(after: .seconds(60)), "http-poll.not-\(kind)",
                "the page is not \(kind.uppercased()) (\(error.reason)), and 'page' has to look into it: "
                    + response.excerpt)
        }
    }

    private static func fingerprint(_ items: [any Record]) -> String {
        var digest = SHA256()
        for item in items { digest.update(item.bytes()) }
        return Hex.encode(Array(digest.finalize().prefix(12)))
    }

    private static func fingerprint(_ body: [UInt8]) -> String { Hex.encode(Array(SHA256.hash(body).prefix(12))) }
}
