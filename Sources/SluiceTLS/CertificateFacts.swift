internal import CCrypto
internal import Glibc
internal import SluiceSDK

/// One certificate as libcrypto reads it.
///
/// Not Sendable: it owns the handle, and lives within one function.
final class CertificateFacts {
    private let handle: OpaquePointer

    /// - Parameter pem: text that begins with the certificate that is meant.
    init?(pem: [UInt8]) {
        let found = pem.withMemory { PEM_read_bio_X509($0, nil, nil, nil) }
        guard let found else { return nil }
        handle = found
    }

    init?(der: [UInt8]) {
        let found = der.withUnsafeBufferPointer { bytes in
            var start = bytes.baseAddress
            return d2i_X509(nil, &start, bytes.count)
        }
        guard let found else { return nil }
        handle = found
    }

    deinit { X509_free(handle) }

    var begins: Timestamp? { X509_get0_notBefore(handle).flatMap(Self.time) }
    var ends: Timestamp? { X509_get0_notAfter(handle).flatMap(Self.time) }

    func belongs(to key: PrivateKeyFacts) -> Bool { X509_check_private_key(handle, key.handle) == 1 }

    /// In the order of the certificate.
    var subject: [PeerCertificate.Attribute] {
        guard let name = X509_get_subject_name(handle) else { return [] }
        return (0..<X509_NAME_entry_count(name)).compactMap { index in
            guard let entry = X509_NAME_get_entry(name, index), let kind = X509_NAME_ENTRY_get_object(entry),
                let data = X509_NAME_ENTRY_get_data(entry), let value = Self.utf8(data)
            else { return nil }
            return PeerCertificate.Attribute(Self.shortName(kind), value)
        }
    }

    var names: [String] {
        guard let list = X509_get_ext_d2i(handle, NID_subject_alt_name, nil, nil) else { return [] }
        let names = OpaquePointer(list)
        defer { GENERAL_NAMES_free(names) }
        return (0..<OPENSSL_sk_num(names)).compactMap { index in
            OPENSSL_sk_value(names, index).flatMap { Self.text($0.assumingMemoryBound(to: GENERAL_NAME.self)) }
        }
    }

    private static func text(_ name: UnsafeMutablePointer<GENERAL_NAME>) -> String? {
        var kind: Int32 = 0
        guard let value = GENERAL_NAME_get0_value(name, &kind) else { return nil }
        let string = value.assumingMemoryBound(to: ASN1_STRING.self)
        switch kind {
        case GEN_DNS, GEN_EMAIL, GEN_URI: return utf8(string)
        case GEN_IPADD:
            let bytes = UnsafeBufferPointer(
                start: ASN1_STRING_get0_data(string), count: Int(ASN1_STRING_length(string)))
            return IPAddress(bytes: Array(bytes))?.description
        default: return nil
        }
    }

    private static func utf8(_ string: UnsafeMutablePointer<ASN1_STRING>) -> String? {
        var out: UnsafeMutablePointer<UInt8>?
        let count = ASN1_STRING_to_UTF8(&out, string)
        guard count >= 0, let out else { return nil }
        defer { CRYPTO_free(out, nil, 0) }
        return String(decoding: UnsafeBufferPointer(start: out, count: Int(count)), as: UTF8.self)
    }

    private static func shortName(_ kind: OpaquePointer) -> String {
        let id = OBJ_obj2nid(kind)
        if id != NID_undef, let name = OBJ_nid2sn(id) { return String(cString: name) }
        var text = [CChar](repeating: 0, count: 128)
        OBJ_obj2txt(&text, Int32(text.count), kind, 1)
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static func time(_ value: UnsafePointer<ASN1_TIME>) -> Timestamp? {
        var parts = tm()
        guard ASN1_TIME_to_tm(value, &parts) == 1 else { return nil }
        return Timestamp(milliseconds: Int64(timegm(&parts)) * 1000)
    }
}

/// A private key as libcrypto reads it. Not Sendable, as above.
final class PrivateKeyFacts {
    fileprivate let handle: OpaquePointer

    /// nil for what is no key, and for a key with a pass phrase: nobody is there to type it.
    init?(pem: [UInt8]) {
        let found = pem.withMemory { PEM_read_bio_PrivateKey($0, nil, { _, _, _, _ in 0 }, nil) }
        guard let found else { return nil }
        handle = found
    }

    deinit { EVP_PKEY_free(handle) }
}

extension [UInt8] {
    /// The bytes as something that libcrypto reads from.
    fileprivate func withMemory<Value>(_ body: (OpaquePointer) -> Value?) -> Value? {
        withUnsafeBytes { bytes in
            guard let memory = BIO_new_mem_buf(bytes.baseAddress, Int32(clamping: bytes.count)) else { return nil }
            defer { BIO_free(memory) }
            return body(memory)
        }
    }
}
