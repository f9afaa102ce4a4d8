internal import CCrypto

/// Messages of RFC 5083 (AuthEnvelopedData, AES-256-GCM) as libcrypto writes and reads them; nothing here is a
/// construction of our own.
///
/// A message has one recipient: the holder of a private key (ECDH on P-256, X9.63 KDF with SHA-256, AES-256 key wrap), or
/// whoever has a symmetric key that was handed over before (AES-256 key wrap).
enum CMS {
    /// To the holder of the certificate's private key.
    static func sealed(_ content: [UInt8], to certificate: OpaquePointer) throws(SealingError) -> [UInt8] {
        try message(content) { message in
            guard
                let recipient = CMS_add1_recipient_cert(
                    message, certificate, UInt32(CMS_USE_KEYID) | UInt32(CMS_KEY_PARAM))
            else { return false }
            return EVP_PKEY_CTX_set_ecdh_kdf_md(CMS_RecipientInfo_get0_pkey_ctx(recipient), EVP_sha256()) > 0
        }
    }

    /// To whoever has the key: 32 bytes.
    static func sealed(_ content: [UInt8], with key: [UInt8]) throws(SealingError) -> [UInt8] {
        try message(content) { message in
            // The message owns both and frees them.
            guard let copy = CRYPTO_memdup(key, key.count, #file, #line),
                let name = CRYPTO_memdup(keyName, keyName.count, #file, #line)
            else { return false }
            return CMS_add0_recipient_key(
                message, NID_id_aes256_wrap, copy.assumingMemoryBound(to: UInt8.self), key.count,
                name.assumingMemoryBound(to: UInt8.self), keyName.count, nil, nil, nil) != nil
        }
    }

    /// Keys that are handed over belong to the message in front of them: their name says nothing.
    private static let keyName: [UInt8] = [1]

    private static func message(
        _ content: [UInt8], addRecipient: (OpaquePointer) -> Bool
    ) throws(SealingError) -> [UInt8] {
        ERR_clear_error()
        guard let message = CMS_AuthEnvelopedData_create(EVP_aes_256_gcm()) else { throw .library }
        defer { CMS_ContentInfo_free(message) }
        guard CMS_set_detached(message, 0) == 1, addRecipient(message),
            let input = BIO_new_mem_buf(content, Int32(content.count))
        else { throw .library }
        defer { BIO_free(input) }
        guard CMS_final(message, input, nil, UInt32(CMS_BINARY)) == 1 else { throw .library }
        let count = Int(i2d_CMS_ContentInfo(message, nil))
        guard count > 0 else { throw .library }
        return [UInt8](unsafeUninitializedCapacity: count) { buffer, written in
            var next = buffer.baseAddress
            written = max(0, Int(i2d_CMS_ContentInfo(message, &next)))
        }
    }
}

/// One message, read; it owns its handle and stays where it was made.
struct CMSMessage: ~Copyable {
    private let handle: OpaquePointer
    /// How many bytes of the input it took.
    let length: Int

    /// - Throws: `sealed.form` when the bytes do not begin with a message of the kind that `CMS` writes.
    init(_ bytes: ArraySlice<UInt8>) throws(SealingError) {
        ERR_clear_error()
        var (read, length): (OpaquePointer?, Int) = (nil, 0)
        bytes.withUnsafeBufferPointer { buffer in
            var next = buffer.baseAddress
            read = d2i_CMS_ContentInfo(nil, &next, buffer.count)
            if let next, let start = buffer.baseAddress { length = next - start }
        }
        guard let read else { throw .form }
        guard OBJ_obj2nid(CMS_get0_type(read)) == NID_id_smime_ct_authEnvelopedData else {
            CMS_ContentInfo_free(read)
            throw .form
        }
        (handle, self.length) = (read, length)
    }

    deinit { CMS_ContentInfo_free(handle) }

    /// The key identifier of whoever it is for; nil when it is for a key handed over before.
    var recipient: [UInt8]? {
        guard let name = sluice_cms_recipient(handle), let data = ASN1_STRING_get0_data(name) else { return nil }
        return Array(UnsafeBufferPointer(start: data, count: Int(ASN1_STRING_length(name))))
    }

    /// The key identifier that `CMS` writes.
    func recipientOrFault() throws(SealingError) -> [UInt8] {
        guard let recipient, recipient.count == 20 else { throw .form }
        return recipient
    }

    var isForSharedKey: Bool { sluice_cms_is_for_shared_key(handle) == 1 }

    consuming func opened(by privateKey: OpaquePointer) throws(SealingError) -> [UInt8] {
        try content { CMS_decrypt(handle, privateKey, nil, nil, $0, UInt32(CMS_BINARY)) == 1 }
    }

    consuming func opened(with key: [UInt8]) throws(SealingError) -> [UInt8] {
        var key = key
        guard CMS_decrypt_set1_key(handle, &key, key.count, nil, 0) == 1 else { throw .broken }
        return try content { CMS_decrypt(handle, nil, nil, nil, $0, UInt32(CMS_BINARY)) == 1 }
    }

    private func content(_ decrypt: (OpaquePointer) -> Bool) throws(SealingError) -> [UInt8] {
        guard let output = BIO_new(BIO_s_mem()) else { throw .library }
        defer { BIO_free(output) }
        // What was written before the tag was found wrong is thrown away with the buffer.
        guard decrypt(output) else {
            ERR_clear_error()
            throw .broken
        }
        let count = Int(BIO_ctrl_pending(output))
        if count == 0 { return [] }
        return [UInt8](unsafeUninitializedCapacity: count) { buffer, read in
            read = max(0, Int(BIO_read(output, buffer.baseAddress, Int32(count))))
        }
    }
}
