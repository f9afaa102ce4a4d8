internal import CurlKit
internal import SluiceSDK

/// RFC 8288's `Link: <…>; rel="next"`.
enum NextLink {
    /// - Throws: `PluginError` when it leads to another host: what is sent with the request is for this one.
    static func find(in response: CurlResponse, from url: String) throws -> String? {
        let values = response.headers.filter { $0.name == "link" }.map(\.value)
        guard let target = values.lazy.compactMap(target).first else { return nil }
        let origin = Self.origin(of: url)
        let absolute: String
        if target.contains("://") {
            absolute = target
        } else if target.hasPrefix("/"), !target.hasPrefix("//") {
            absolute = origin + target
        } else if target.hasPrefix("?") {
            absolute = String(url.prefix { $0 != "?" && $0 != "#" }) + target
        } else {
            absolute = ""
        }
        guard Self.origin(of: absolute).lowercased() == origin.lowercased(), HTTPAddress(absolute) != nil else {
            throw PluginError(
                .retry(after: .seconds(300)), "http-poll.link",
                "the Link header leads away from \(origin); only its own pages are followed")
        }
        return absolute
    }

    private static func target(_ value: String) -> String? {
        for part in value.split(separator: "<").map(String.init) {
            guard let end = part.firstIndex(of: ">") else { continue }
            let parameters = part[part.index(after: end)...].lowercased().split(separator: ";").map {
                $0.filter { !" \",".contains($0) }
            }
            if parameters.contains("rel=next") { return String(part[..<end]) }
        }
        return nil
    }

    /// Scheme, host and port.
    private static func origin(of url: String) -> String {
        guard let scheme = url.firstRange(of: "://") else { return "" }
        return String(url[..<scheme.upperBound] + url[scheme.upperBound...].prefix { !"/?#".contains($0) })
    }
}
