internal import CCrypto
internal import SluiceSDK

/// The public half of the internal zone's sealing key, as an X.509 certificate that signs itself: what CMS names a
/// recipient by. Nothing of it is believed but the key: whose it is says the person who put the file there.
///
/// `@unchecked Sendable`: an X509 that is not changed after it was read may be used by many threads; libcrypto counts
/// references and guards its caches by itself.
public final class SealingCertificate: @unchecked Sendable {
    private let handle: OpaquePointer
    /// The subject key identifier: the first 20 bytes of the public key's SHA-256.
    public let keyID: [UInt8]

    init(_ handle: OpaquePointer, path: String) throws(KeyError) {
        guard let key = X509_get0_pubkey(handle), EVP_PKEY_is_a(key, "EC") == 1, EVP_PKEY_get_bits(key) == 256,
            let name = X509_get0_subject_key_id(handle), let data = ASN1_STRING_get0_data(name)
        else {
            X509_free(handle)
            throw KeyError(
                "key.format", path: path,
                "this certificate has no P-256 key with a key identifier; `sluice boundary keys` makes one")
        }
        self.handle = handle
        keyID = Array(UnsafeBufferPointer(start: data, count: Int(ASN1_STRING_length(name))))
    }

    deinit { X509_free(handle) }

    /// - Throws: `KeyError` `key.format`.
    public convenience init(pem text: String, path: String) throws {
        let bytes = Array(text.utf8)
        let input = BIO_new_mem_buf(bytes, Int32(bytes.count))
        defer { BIO_free(input) }
        guard let read = PEM_read_bio_X509(input, nil, nil, nil) else {
            ERR_clear_error()
            throw KeyError(
                "key.format", path: path, "this is not a certificate in PEM; `sluice boundary keys` makes one")
        }
        try self.init(read, path: path)
    }

    func pem() throws(KeyError) -> String { try PEMText.write { PEM_write_bio_X509($0, handle) == 1 } }

    /// What two people read to each other: the beginning of the key identifier.
    public var fingerprint: String { SealingKey.fingerprint(of: keyID) }

    func seal(_ content: [UInt8]) throws(SealingError) -> [UInt8] { try CMS.sealed(content, to: handle) }
}

/// Text that libcrypto writes.
enum PEMText {
    static func write(_ body: (OpaquePointer) -> Bool) throws(KeyError) -> String {
        guard let output = BIO_new(BIO_s_mem()) else { throw .unusable }
        defer { BIO_free(output) }
        guard body(output) else { throw .unusable }
        var bytes = [UInt8](repeating: 0, count: Int(BIO_ctrl_pending(output)))
        guard BIO_read(output, &bytes, Int32(bytes.count)) == Int32(bytes.count) else { throw .unusable }
        return String(decoding: bytes, as: UTF8.self)
    }
}
