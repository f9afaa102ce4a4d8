/// Where a listener listens: `127.0.0.1:8080`, `[::1]:8080`, `localhost:8080`; port 0 lets the system choose.
public struct ListenAddress: Sendable, Hashable, CustomStringConvertible {
    public let address: IPAddress
    public let port: Int

    /// - Throws: `ListenError` with what to write instead.
    public init(_ text: String) throws(ListenError) {
        guard let colon = text.lastIndex(of: ":"), let port = Self.number(text[text.index(after: colon)...]) else {
            throw ListenError("listen.syntax", "\"\(text)\" is not an address and a port; write 127.0.0.1:8080")
        }
        let host = text[..<colon]
        guard let address = Self.address(host) else {
            throw ListenError(
                "listen.address", "\"\(host)\" in \"\(text)\" is not an address; write 127.0.0.1, [::1] or 0.0.0.0")
        }
        self.address = address
        self.port = port
    }

    private init(address: IPAddress, port: Int) {
        self.address = address
        self.port = port
    }

    /// As `init`, and then `requireLoopback`.
    public static func parse(
        _ text: String, behindProxy: Bool = false, encrypted: Bool = false
    ) throws(ListenError) -> ListenAddress {
        let found = try ListenAddress(text)
        try found.requireLoopback(unlessBehindProxy: behindProxy, orEncrypted: encrypted)
        return found
    }

    /// - Parameters:
    ///   - isBehindProxy: that a proxy with TLS stands before this address.
    ///   - isEncrypted: that the listener speaks TLS itself; without either, only loopback is taken.
    public func requireLoopback(
        unlessBehindProxy isBehindProxy: Bool, orEncrypted isEncrypted: Bool = false
    ) throws(ListenError) {
        if address.isLoopback || isBehindProxy || isEncrypted { return }
        throw ListenError(
            "listen.not-loopback",
            "\(self) can be reached from other machines, and requests there are not encrypted; "
                + "write tls: with a certificate, put a proxy with TLS before it and write behind_proxy: true, "
                + "or listen on 127.0.0.1")
    }

    public var host: String { address.description }

    /// The same address with another port; itself when `port` is nil.
    public func with(port: Int?) -> ListenAddress {
        ListenAddress(address: address, port: port ?? self.port)
    }

    public var description: String {
        address.bytes.count == 4 ? "\(address):\(port)" : "[\(address)]:\(port)"
    }

    private static func number(_ text: Substring) -> Int? {
        guard (1...5).contains(text.count), text.allSatisfy({ $0.isASCII && $0.isNumber }), let port = Int(text),
            port <= 65535
        else { return nil }
        return port
    }

    /// IPv6 stands in brackets, or its own colons could be taken for the port's.
    private static func address(_ host: Substring) -> IPAddress? {
        if host == "localhost" { return IPAddress("127.0.0.1") }
        if host.hasPrefix("["), host.hasSuffix("]") {
            let inside = String(host.dropFirst().dropLast())
            return inside.contains(":") ? IPAddress(inside) : nil
        }
        return host.contains(":") ? nil : IPAddress(String(host))
    }
}

/// Why a listener does not listen.
public struct ListenError: Error, Sendable, Equatable, CustomStringConvertible {
    /// `listen.syntax`, `listen.address`, `listen.not-loopback`, `listen.in-use` or `listen.failed`.
    public var code: String
    public var reason: String

    public init(_ code: String, _ reason: String) {
        self.code = code
        self.reason = reason
    }

    public var description: String { "[\(code)] \(reason)" }
}
