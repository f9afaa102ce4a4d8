/// An address to listen on, `127.0.0.1:8080` or `[::1]:8080`.
public struct ListenAddress: Sendable, Equatable, CustomStringConvertible {
    public var host: String
    /// 0 lets the system choose.
    public var port: Int

    public init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// nil when the text is not a host and a port.
    public init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (0...65535).contains(port)
        else { return nil }
        var host = String(text[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = String(host.dropFirst().dropLast())
        } else if host.contains(":") {
            return nil
        }
        guard !host.isEmpty else { return nil }
        self.init(host: host, port: port)
    }

    public var isLoopback: Bool {
        host == "localhost" || host == "::1" || (host.hasPrefix("127.") && host.split(separator: ".").count == 4)
    }

    public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

/// How batches travel over one border, seen from one zone.
public struct BoundaryUse: Sendable, Equatable {
    public enum Kind: String, Sendable, CaseIterable {
        case segments
    }

    public var kind: Kind
    /// The folder this zone writes. As written in the file; relative to the folder that `sluice` runs in.
    public var out: String
    /// The folder this zone reads.
    public var inward: String

    public init(kind: Kind = .segments, out: String, in inward: String) {
        self.kind = kind
        self.out = out
        self.inward = inward
    }
}

/// Where alerts go beside the log and the alert table.
public struct AlertTarget: Sendable {
    public var webhook: String
    /// A secret, never print it.
    public var secret: String?

    public init(webhook: String, secret: String?) {
        self.webhook = webhook
        self.secret = secret
    }
}
