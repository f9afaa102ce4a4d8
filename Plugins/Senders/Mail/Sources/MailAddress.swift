internal import SluiceSDK

/// The address and the name that answers come from.
struct MailAddress: Sendable {
    let address: String
    let name: String

    /// - Throws: `ConfigIssue`.
    init(_ config: Config) throws {
        address = try config.string("from")
        name = TemplateEscape.header.apply(try config.optionalString("from_name") ?? "")
        guard Self.isValid(address) else {
            throw ConfigIssue(
                at: config.optional("from")?.place ?? config.place, "mail.from", "'from' is not an address",
                hint: "write hotline@city.example, and the name into 'from_name'")
        }
    }

    /// Behind the `@`.
    var domain: String { String(address.split(separator: "@").last ?? "") }

    /// True for what can be an envelope's address: ASCII, one `@`, nothing that ends or adds anything.
    static func isValid(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty, text.utf8.count <= 254 else { return false }
        let isPlain = text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"<>()[],;:\\\"".utf8.contains($0) }
        return isPlain && !text.hasPrefix("-") && !parts[1].hasPrefix(".") && !parts[1].hasSuffix(".")
    }
}
