internal import CCrypto
internal import SluiceSDK

/// A private key that opens what was sealed to its certificate: P-256, PKCS #8 in PEM. It never prints itself.
///
/// `@unchecked Sendable`: an EVP_PKEY that is not changed after it was read may be used by many threads.
public final class SealingKey: @unchecked Sendable, CustomStringConvertible, CustomReflectable {
    private let handle: OpaquePointer
    public let keyID: [UInt8]

    public static func generate() throws -> SealingKey {
        guard let context = EVP_PKEY_CTX_new_id(EVP_PKEY_EC, nil) else { throw KeyError.unusable }
        defer { EVP_PKEY_CTX_free(context) }
        var made: OpaquePointer?
        guard EVP_PKEY_keygen_init(context) == 1,
            EVP_PKEY_CTX_set_ec_paramgen_curve_nid(context, NID_X9_62_prime256v1) == 1,
            EVP_PKEY_keygen(context, &made) == 1, let made
        else { throw KeyError.unusable }
        return try SealingKey(made, path: "-")
    }

    private init(_ handle: OpaquePointer, path: String) throws {
        guard EVP_PKEY_is_a(handle, "EC") == 1, EVP_PKEY_get_bits(handle) == 256 else {
            EVP_PKEY_free(handle)
            throw KeyError("key.format", path: path, "this is not a P-256 key")
        }
        self.handle = handle
        keyID = Array(SHA256.hash(try Self.publicKey(of: handle)).prefix(20))
    }

    deinit { EVP_PKEY_free(handle) }

    convenience init(pem text: String, path: String) throws {
        let bytes = Array(text.utf8)
        let input = BIO_new_mem_buf(bytes, Int32(bytes.count))
        defer { BIO_free(input) }
        guard let read = PEM_read_bio_PrivateKey(input, nil, { _, _, _, _ in 0 }, nil) else {
            ERR_clear_error()
            throw KeyError("key.format", path: path, "this is not a private key in PEM without a pass phrase")
        }
        try self.init(read, path: path)
    }

    func pem() throws(KeyError) -> String {
        try PEMText.write { PEM_write_bio_PKCS8PrivateKey($0, handle, nil, nil, 0, nil, nil) == 1 }
    }

    func open(_ message: consuming CMSMessage) throws(SealingError) -> [UInt8] { try message.opened(by: handle) }

    public var fingerprint: String { Self.fingerprint(of: keyID) }

    static func fingerprint(of keyID: [UInt8]) -> String { Hex.encode(Array(keyID.prefix(8))) }

    /// SubjectPublicKeyInfo in DER.
    private static func publicKey(of handle: OpaquePointer) throws -> [UInt8] {
        let count = Int(i2d_PUBKEY(handle, nil))
        guard count > 0 else { throw KeyError.unusable }
        return [UInt8](unsafeUninitializedCapacity: count) { buffer, written in
            var next = buffer.baseAddress
            written = max(0, Int(i2d_PUBKEY(handle, &next)))
        }
    }

    public var description: String { "<redacted>" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

extension SealingKey {
    /// A certificate that signs itself, for as long as the key is used: CMS asks for the identifier in it, and nobody
    /// for its dates.
    public func certificate() throws -> SealingCertificate {
        guard let certificate = X509_new() else { throw KeyError.unusable }
        var isDone = false
        defer { if !isDone { X509_free(certificate) } }
        let name = Array("sluice sealing \(fingerprint)".utf8)
        let subject = X509_get_subject_name(certificate)
        guard X509_set_version(certificate, 2) == 1,
            ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), serial) == 1,
            X509_gmtime_adj(X509_getm_notBefore(certificate), 0) != nil,
            ASN1_TIME_set_string(X509_getm_notAfter(certificate), "99991231235959Z") == 1,
            X509_NAME_add_entry_by_NID(subject, NID_commonName, MBSTRING_UTF8, name, Int32(name.count), -1, 0) == 1,
            X509_set_issuer_name(certificate, subject) == 1, X509_set_pubkey(certificate, handle) == 1,
            let identifier = ASN1_OCTET_STRING_new()
        else { throw KeyError.unusable }
        defer { ASN1_OCTET_STRING_free(identifier) }
        guard ASN1_OCTET_STRING_set(identifier, keyID, Int32(keyID.count)) == 1,
            X509_add1_ext_i2d(certificate, NID_subject_key_identifier, UnsafeMutableRawPointer(identifier), 0, 0) == 1,
            X509_sign(certificate, handle, EVP_sha256()) > 0
        else { throw KeyError.unusable }
        isDone = true
        return try SealingCertificate(certificate, path: "-")
    }

    private var serial: UInt64 { keyID.prefix(8).reduce(0) { $0 << 8 | UInt64($1) } >> 1 | 1 }
}
