internal import CurlKit
internal import SluiceConfig
internal import SluiceSDK

/// One attempt to fetch a file from an address that a stranger wrote, without being led inside: scheme and host are on the
/// channel's list, the name is resolved once and the address it led to is checked when the socket is opened, and a redirect
/// is followed only to the same host.
struct FileFetch: Sendable {
    let client: CurlClient
    let rules: AttachmentRules.Fetch
    /// After decompression.
    let mostBytes: Int

    private static let mostRedirects = 3

    /// - Throws: `FetchFailure`, `CancellationError`.
    func run(_ url: String) async throws -> [UInt8] {
        var url = url
        for _ in 0...Self.mostRedirects {
            if let code = FetchAddress.refusal(of: url, rules) { throw FetchFailure(code: code, isFinal: true) }
            let answer = try await ask(url)
            switch answer.status {
            case 200: return answer.body
            case 301, 302, 303, 307, 308: url = try redirect(from: url, to: answer.header("location") ?? "")
            default:
                // What a server may mend by itself, or says that it will.
                let isPassing = answer.status >= 500 || answer.status == 408 || answer.status == 429
                throw FetchFailure(code: "fetch.status-\(answer.status)", isFinal: !isPassing)
            }
        }
        throw FetchFailure(code: "fetch.redirects", isFinal: true)
    }

    private func ask(_ url: String) async throws -> CurlResponse {
        var request = CurlRequest(
            "GET", url, timeout: rules.time, connectTimeout: min(rules.time, .seconds(10)),
            maxResponseBytes: mostBytes, allowed: rules.networks)
        request.allowsPublic = true
        do {
            return try await client.perform(request)
        } catch let error as CurlError {
            // "curl.timeout" here, "fetch.timeout" for who reads it. What the address or the file is does not change.
            let code = "fetch." + error.code.drop { $0 != "." }.dropFirst()
            let isFinal = ["curl.too-large", "curl.address-not-allowed", "curl.url", "curl.request"].contains(
                error.code)
            throw FetchFailure(code: code, isFinal: isFinal)
        }
    }

    /// To the same host, and never from TLS to plain.
    private func redirect(from url: String, to location: String) throws -> String {
        let failure = FetchFailure(code: "fetch.redirect", isFinal: true)
        guard let from = HTTPAddress(url), let slash = Self.pathStart(url) else { throw failure }
        if location.hasPrefix("/"), !location.hasPrefix("//") { return String(url[..<slash]) + location }
        guard let to = HTTPAddress(location), to.host == from.host, to.isEncrypted || !from.isEncrypted,
            let end = Self.pathStart(location),
            to.isEncrypted != from.isEncrypted || location[..<end].lowercased() == url[..<slash].lowercased()
        else { throw failure }
        return location
    }

    /// Behind scheme, host and port.
    private static func pathStart(_ url: String) -> String.Index? {
        guard let colon = url.firstRange(of: "://") else { return nil }
        return url[colon.upperBound...].firstIndex { "/?#".contains($0) } ?? url.endIndex
    }
}

/// Why a file is not here.
struct FetchFailure: Error, Sendable, Equatable {
    /// A stable short label: `fetch.timeout`, `fetch.host`, `fetch.status-404`, …
    var code: String
    /// Trying again would change nothing.
    var isFinal: Bool
}
