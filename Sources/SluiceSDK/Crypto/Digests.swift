internal import CCrypto

/// SHA-256 by libcrypto.
public struct SHA256: ~Copyable {
    private let context: OpaquePointer

    /// Looked up once: OpenSSL 3 searches its providers, under a lock, for every digest that is named by `EVP_sha256()`.
    /// Never changed and never given back.
    fileprivate nonisolated(unsafe) static let method = EVP_MD_fetch(nil, "SHA256", nil) ?? EVP_sha256()

    public init() {
        context = EVP_MD_CTX_new()!
        EVP_DigestInit_ex(context, Self.method, nil)
    }

    deinit { EVP_MD_CTX_free(context) }

    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
        EVP_DigestUpdate(context, bytes.baseAddress, bytes.count)
    }

    public mutating func update(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { update($0) }
    }

    public mutating func update(_ text: String) {
        var text = text
        text.withUTF8 { update(UnsafeRawBufferPointer($0)) }
    }

    /// 32 bytes.
    public consuming func finalize() -> [UInt8] {
        let context = self.context
        return [UInt8](unsafeUninitializedCapacity: 32) { buffer, count in
            EVP_DigestFinal_ex(context, buffer.baseAddress, nil)
            count = 32
        }
    }

    public static func hash(_ bytes: [UInt8]) -> [UInt8] {
        bytes.withUnsafeBytes { hash($0) }
    }

    public static func hash(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 32) { buffer, count in
            EVP_Digest(bytes.baseAddress, bytes.count, buffer.baseAddress, nil, method, nil)
            count = 32
        }
    }

    public static func hash(_ text: String) -> [UInt8] {
        hash(Array(text.utf8))
    }
}

/// HMAC-SHA-256 by libcrypto; 32 bytes.
public func hmacSHA256(key: [UInt8], _ message: [UInt8]) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: 32) { buffer, count in
        var length: UInt32 = 0
        // An empty key must still be a valid pointer for HMAC().
        let keyBytes = key.isEmpty ? [0] : key
        _ = HMAC(SHA256.method, keyBytes, Int32(key.count), message, message.count, buffer.baseAddress, &length)
        count = Int(length)
    }
}

/// True when both are the same; the time taken says nothing about where they differ.
public func constantTimeEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    left.count == right.count && CRYPTO_memcmp(left, right, left.count) == 0
}

/// Bytes from the operating system's generator, by way of libcrypto.
public func secureRandomBytes(_ count: Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    precondition(RAND_bytes(&bytes, Int32(count)) == 1, "no entropy")
    return bytes
}
