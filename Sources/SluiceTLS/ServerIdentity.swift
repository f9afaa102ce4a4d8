internal import CCrypto
internal import Foundation
internal import NIOCore
internal import NIOSSL
internal import SluiceSDK

/// What was read from the files of a listener at one moment, checked and ready to serve.
struct ServerIdentity: Sendable {
    let context: NIOSSLContext
    let begins: Timestamp
    let ends: Timestamp

    /// Far more than any chain or bundle of authorities for callers.
    private static let mostBytes = 4 << 20

    /// Reads files: not on a cooperative thread.
    /// - Throws: `TLSFault`. Its time is not judged here.
    init(_ files: TLSFiles) throws(TLSFault) {
        let chain = try Self.read(files.certificate, .certificate)
        let key = try Self.read(files.key, .key)
        guard let certificate = CertificateFacts(pem: chain), let begins = certificate.begins,
            let ends = certificate.ends
        else {
            throw TLSFault(
                "tls.certificate", .certificate, "\(files.certificate) holds no certificate",
                hint: "write a PEM file that begins with -----BEGIN CERTIFICATE-----")
        }
        guard let facts = PrivateKeyFacts(pem: key) else {
            throw TLSFault(
                "tls.key", .key, "\(files.key) holds no private key that can be used",
                hint: "write a PEM file without a pass phrase")
        }
        guard certificate.belongs(to: facts) else {
            throw TLSFault(
                "tls.mismatch", .key, "\(files.key) is not the key of \(files.certificate)",
                hint: "name the key that the certificate was made for")
        }
        (self.begins, self.ends) = (begins, ends)
        context = try Self.context(files, chain: chain, key: key)
    }

    private static func context(
        _ files: TLSFiles, chain: [UInt8], key: [UInt8]
    ) throws(TLSFault) -> NIOSSLContext {
        let authorities = try files.clientAuthorities.map { path throws(TLSFault) in try Self.authorities(path) }
        do {
            var configuration = TLSConfiguration.makeServerConfiguration(
                certificateChain: try NIOSSLCertificate.fromPEMBytes(chain).map { .certificate($0) },
                privateKey: .privateKey(try NIOSSLPrivateKey(bytes: key, format: .pem)))
            configuration.minimumTLSVersion = .tlsv12
            // A caller that does not say goodbye keeps its place no longer than this.
            configuration.shutdownTimeout = .seconds(1)
            if let authorities {
                configuration.trustRoots = .certificates(authorities)
                configuration.certificateVerification = .noHostnameVerification
                configuration.sendCANameList = true
            }
            return try NIOSSLContext(configuration: configuration)
        } catch {
            throw TLSFault(
                "tls.certificate", .certificate, "\(files.certificate) cannot be served: \(error)",
                hint: "take an RSA, ECDSA or Ed25519 certificate and its chain")
        }
    }

    private static func authorities(_ path: String) throws(TLSFault) -> [NIOSSLCertificate] {
        let bytes = try read(path, .clientAuthorities)
        guard let found = try? NIOSSLCertificate.fromPEMBytes(bytes), !found.isEmpty else {
            throw TLSFault(
                "tls.authority", .clientAuthorities, "\(path) holds no certificate",
                hint: "write a PEM file of the authorities that callers' certificates come from")
        }
        return found
    }

    private static func read(_ path: String, _ part: TLSFault.Part) throws(TLSFault) -> [UInt8] {
        do {
            let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
            guard size <= mostBytes else {
                throw TLSFault("tls.unreadable", part, "\(path) is \(size) bytes long", hint: "name a PEM file")
            }
            return [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        } catch let fault as TLSFault {
            throw fault
        } catch {
            throw TLSFault(
                "tls.unreadable", part, "\(path) cannot be read",
                hint: "check that the file is there and that this user may read it")
        }
    }
}
