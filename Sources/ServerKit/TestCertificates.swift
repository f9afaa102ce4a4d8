internal import Foundation

/// A certificate authority of one's own, for servers on loopback, and what it signs, made by openssl in a temporary folder.
///
/// Two of them do not trust each other. Everything is PEM; keys are P-256 and readable by the owner alone.
public final class TestCertificates: Sendable {
    /// Paths of a certificate and of its key.
    public struct Pair: Sendable {
        public var certificate: String
        public var key: String
    }

    /// Path of the authority's own certificate: what the other side is told to trust.
    public let authority: String
    private let authorityKey: String
    private let folder: TemporaryFolder

    /// - Throws: `TestCertificateError`.
    public init(name: String = "Test authority") throws {
        folder = TemporaryFolder()
        (authority, authorityKey) = (folder("ca.pem"), folder("ca.key"))
        try run(
            ["req", "-x509"] + Self.newKey
                + ["-subj", "/CN=\(name)", "-days", "30", "-keyout", authorityKey, "-out", authority]
                + ["-addext", "keyUsage=critical,keyCertSign,cRLSign"])
    }

    /// For a server; good for every name and address that a test connects to.
    /// - Parameters:
    ///   - names: host names and IPv4 addresses; the first is the common name too.
    ///   - days: how long it holds; a negative number makes one that has expired.
    public func server(_ names: [String] = ["localhost", "127.0.0.1"], days: Int = 30) throws -> Pair {
        let alternatives = names.map { ($0.allSatisfy { $0.isNumber || $0 == "." } ? "IP:" : "DNS:") + $0 }
        return try make(
            subject: "/CN=\(names.first ?? "localhost")", alternatives: alternatives, use: "serverAuth", days: days)
    }

    /// For a caller.
    /// - Parameters:
    ///   - subject: in openssl's spelling, `/O=Platform/CN=sender`.
    ///   - alternatives: in openssl's spelling, `DNS:sender.example`.
    public func client(_ subject: String = "/CN=client", alternatives: [String] = [], days: Int = 30) throws -> Pair {
        try make(subject: subject, alternatives: alternatives, use: "clientAuth", days: days)
    }

    /// The SHA-256 of a certificate's DER, in lower-case hex.
    public static func fingerprint(of pair: Pair) throws -> String {
        let text = try run(["x509", "-in", pair.certificate, "-noout", "-fingerprint", "-sha256"])
        return text.drop { $0 != "=" }.filter(\.isHexDigit).lowercased()
    }

    private func make(subject: String, alternatives: [String], use: String, days: Int) throws -> Pair {
        let name = "pair-\(names(in: folder.path).count)"
        let pair = Pair(certificate: folder(name + ".pem"), key: folder(name + ".key"))
        let (request, extensions) = (folder(name + ".csr"), folder(name + ".cnf"))
        var lines = ["basicConstraints=critical,CA:FALSE", "extendedKeyUsage=\(use)"]
        if !alternatives.isEmpty { lines.append("subjectAltName=" + alternatives.joined(separator: ",")) }
        try writeFile(Array(lines.joined(separator: "\n").utf8), extensions)
        try run(["req", "-utf8", "-subj", subject, "-keyout", pair.key, "-out", request] + Self.newKey)
        // Not `req -x509 -CA`: that takes no time in the past.
        try run([
            "x509", "-req", "-in", request, "-CA", authority, "-CAkey", authorityKey, "-set_serial",
            "\(UInt32.random(in: 1...UInt32.max))", "-days", "\(days)", "-extfile", extensions, "-out",
            pair.certificate,
        ])
        return pair
    }

    /// One authority and one server's certificate for every server of this process that needs no other: openssl takes its
    /// time beside hundreds of tests, and holds one of the few threads that all of them need.
    package static func shared() throws -> (authority: String, server: Pair) {
        let made = try ofServers.get()
        return (made.own.authority, made.server)
    }

    private static let ofServers = Result { () throws in
        let own = try TestCertificates()
        let server = try own.server(["localhost", "127.0.0.1", "127.0.0.2"])
        atexit { try? FileManager.default.removeItem(atPath: TestCertificates.sharedFolder) }
        return (own: own, server: server)
    }

    private static var sharedFolder: String { (try? ofServers.get().own.folder.path) ?? "" }

    private static let newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]

    @discardableResult
    private func run(_ arguments: [String]) throws -> String { try Self.run(arguments) }

    @discardableResult
    private static func run(_ arguments: [String]) throws -> String {
        let folder = TemporaryFolder()
        // Random state and configuration of whoever runs the tests stay out of it.
        let child = try ChildProcess(
            "/usr/bin/openssl", arguments, environment: ["RANDFILE": folder("rnd")], output: folder("out"),
            errors: folder("errors"))
        guard child.wait() == .exited(0) else {
            throw TestCertificateError(message: String(decoding: try readFile(folder("errors")), as: UTF8.self))
        }
        return String(decoding: try readFile(folder("out")), as: UTF8.self)
    }
}

public struct TestCertificateError: Error, Sendable, CustomStringConvertible {
    public var message: String

    public var description: String { "openssl (Debian package openssl): \(message)" }
}
