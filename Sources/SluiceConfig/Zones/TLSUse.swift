public import SluiceSDK

/// `tls:` of a listener. Paths are relative to the configuration folder and already joined to it.
public struct TLSUse: Sendable {
    /// A file, and where the configuration names it.
    public struct File: Sendable {
        public var path: String
        public var place: ConfigPlace
    }

    public var certificate: File
    public var key: File
    /// Callers show a certificate of these authorities; nil asks them for none.
    public var clientAuthorities: File?
}

extension TLSUse {
    static let spec = ConfigSpec([
        ConfigField(
            "certificate", .string, required: true, example: "certificates/sluice.pem",
            "PEM file of the certificate, followed by those between it and its authority."),
        ConfigField(
            "key", .string, required: true, example: "certificates/sluice.key",
            "PEM file of its private key, without a pass phrase."),
        ConfigField(
            "client_ca", .string, example: "certificates/platforms.pem",
            "PEM file of the authorities that callers' certificates come from; a caller without one is not heard then."),
    ])

    init(_ config: Config) throws {
        func file(_ key: String) throws -> File {
            File(path: try config.path(key), place: try config.required(key).place)
        }
        self.init(
            certificate: try file("certificate"), key: try file("key"),
            clientAuthorities: config.has("client_ca") ? try file("client_ca") : nil)
    }
}
