internal import CurlKit
internal import SluiceSDK

/// What a page says of itself and of the pages behind it.
struct PageReading {
    var items: [JSONElement] = []
    var total: Int?
    /// Of its records where they are known, of its bytes otherwise: an envelope with a clock in it is not another page.
    var fingerprint: String
    /// The next page's position; nil when this is the last.
    var next: String?

    /// - Throws: `PluginError` when the page does not hold what the configuration promises.
    init(_ response: CurlResponse, rule: PageRule, pass: PollCheckpoint.Pass, url: String) throws {
        fingerprint = ""
        let document = try Self.document(response, isNeeded: rule.items != nil || rule.next != nil)
        if let document, let path = rule.items {
            items = try Self.found { () throws(JSONFault) in try path.nodes(in: document.root) }
            let said = try Self.found { () throws(JSONFault) in try rule.total?.first(in: document.root) }
            total = said.flatMap { $0.integer ?? $0.string.flatMap { Int($0) } }
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
            let found = try Self.found { () throws(JSONFault) in
                guard let document else { return JSONElement?.none }
                return try rule.next?.first(in: document.root)
            }
            next = (found?.string ?? found?.numberText).flatMap { $0.isEmpty ? nil : $0 }
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
    private static func found<Value>(_ body: () throws(JSONFault) -> Value) throws -> Value {
        do throws(JSONFault) {
            return try body()
        } catch {
            throw PluginError(.retry(after: .seconds(60)), "http-poll.path", "a path of 'page': \(error.reason)")
        }
    }

    private static func document(_ response: CurlResponse, isNeeded: Bool) throws -> JSONDocument? {
        guard isNeeded else { return nil }
        do throws(JSONFault) {
            return try JSONDocument.parse(response.body)
        } catch {
            throw PluginError(
                .retry(after: .seconds(60)), "http-poll.not-json",
                "the page is not JSON (\(error.reason)), and 'page' has to look into it: \(response.excerpt)")
        }
    }

    private static func fingerprint(_ items: [JSONElement]) -> String {
        var digest = SHA256()
        for item in items { digest.update(item.minified()) }
        return Hex.encode(Array(digest.finalize().prefix(12)))
    }

    private static func fingerprint(_ body: [UInt8]) -> String { Hex.encode(Array(SHA256.hash(body).prefix(12))) }
}
