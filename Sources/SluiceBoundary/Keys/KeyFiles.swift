internal import Foundation
internal import SluiceSDK

/// Keys as files: PEM, the private ones 0600 in a 0700 folder.
public enum KeyFiles {
    /// Where one zone's keys belong.
    public struct Place: Sendable {
        public var zone: String
        /// `data/external/keys/external.key`
        public var privateKey: String
        /// `data/external/keys/external.pub`
        public var publicKey: String
        /// Where the peers' configurations look for the public key: `data/relay/keys/external.pub`, …
        public var copies: [String]

        public init(zone: String, privateKey: String, publicKey: String, copies: [String] = []) {
            self.zone = zone
            self.privateKey = privateKey
            self.publicKey = publicKey
            self.copies = copies
        }
    }

    public struct Outcome: Sendable, Equatable {
        public var zone: String
        /// False when the key was there already.
        public var isNew: Bool
        public var fingerprint: String
        /// Public files that were written now.
        public var written: [String]
    }

    /// Makes the private keys that are missing, and the public files beside them and at their peers.
    ///
    /// Nothing that is there is overwritten: a public file with another key in it is an error, since a peer's key that
    /// changes silently is what an attack looks like.
    public static func prepare(_ places: [Place]) throws -> [Outcome] {
        try places.map(prepare)
    }

    /// - Throws: `KeyError` when the file is missing, is not a key, or can be read by anybody but its owner.
    public static func signingKey(at path: String) throws -> SigningKey {
        try refuseReadableByOthers(path)
        return try SigningKey(pem: text(of: path), path: path)
    }

    public static func verifyingKey(at path: String) throws -> VerifyingKey {
        try VerifyingKey(pem: text(of: path), path: path)
    }

    private static func prepare(_ place: Place) throws -> Outcome {
        let isNew = access(place.privateKey, F_OK) != 0
        let key = isNew ? try SigningKey.generate() : try signingKey(at: place.privateKey)
        if isNew { try writeKey(key.pem(), to: place.privateKey, mode: 0o600) }
        var written: [String] = []
        for path in [place.publicKey] + place.copies {
            if access(path, F_OK) == 0 {
                guard try verifyingKey(at: path) == key.verifyingKey else {
                    throw KeyError(
                        "key.differs", path: path,
                        "another public key of \(place.zone) is here; if the change is meant, delete this file first")
                }
            } else {
                try writeKey(key.verifyingKey.pem(), to: path, mode: 0o644)
                written.append(path)
            }
        }
        return Outcome(zone: place.zone, isNew: isNew, fingerprint: key.verifyingKey.fingerprint, written: written)
    }

    static func refuseReadableByOthers(_ path: String) throws {
        var info = stat()
        guard stat(path, &info) == 0 else {
            throw KeyError("key.missing", path: path, "no such file; `sluice boundary keys` makes it")
        }
        guard info.st_mode & 0o077 == 0 else {
            throw KeyError("key.readable", path: path, "others can read this private key; chmod 600 it, or replace it")
        }
    }

    static func text(of path: String) throws -> String {
        do {
            let bytes = try Files.read(path, atMost: 4096)
            return String(decoding: bytes, as: UTF8.self)
        } catch let error as FileError {
            throw KeyError("key.unreadable", path: path, error.reason)
        }
    }

    static func writeKey(_ pem: String, to path: String, mode: mode_t) throws {
        let folder = Files.folder(of: path)
        do {
            try Files.makeFolder(folder, mode: 0o700)
            try Files.write(Array(pem.utf8), to: path, mode: mode)
        } catch let error as FileError {
            throw KeyError("key.unwritable", path: path, error.reason)
        }
    }
}
