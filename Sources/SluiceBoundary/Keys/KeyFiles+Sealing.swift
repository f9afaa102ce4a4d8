internal import Foundation
internal import SluiceSDK

extension KeyFiles {
    /// Where the internal zone keeps its sealing keys, and who gets the certificate.
    public struct SealingPlace: Sendable {
        /// `data/internal/keys/sealing`: one private key a file, named by its fingerprint.
        public var folder: String
        /// `data/internal/keys/sealing.crt`: the key of now.
        public var certificate: String
        /// Where the external zone looks for it: `data/external/keys/sealing.crt`.
        public var copies: [String]

        public init(folder: String, certificate: String, copies: [String]) {
            self.folder = folder
            self.certificate = certificate
            self.copies = copies
        }
    }

    /// Makes the sealing key where there is none, and puts its certificate where the external zone looks.
    ///
    /// - Parameter isRotation: makes a further key and replaces the certificates by its own. The older private keys stay:
    ///   what was sealed to them is still on its way.
    /// - Throws: `KeyError`; without a rotation nothing that is there is overwritten.
    public static func prepareSealing(_ place: SealingPlace, isRotation: Bool = false) throws -> Outcome {
        let known = access(place.folder, F_OK) == 0 ? try sealingKeys(in: place.folder) : [:]
        var current = access(place.certificate, F_OK) == 0 ? try sealingCertificate(at: place.certificate) : nil
        if let current, known[current.keyID] == nil {
            throw KeyError(
                "key.differs", path: place.certificate,
                "its private key is not in \(place.folder); restore it from the backup, or delete this file to begin anew"
            )
        }
        let isNew = current == nil || isRotation
        if isNew {
            let key = try SealingKey.generate()
            // The private half first: nobody may seal to a key that is not durable.
            try writeKey(key.pem(), to: "\(place.folder)/\(key.fingerprint).key", mode: 0o600)
            current = try key.certificate()
        }
        guard let current else { throw KeyError.unusable }
        var written: [String] = []
        for path in [place.certificate] + place.copies {
            if access(path, F_OK) == 0, !isNew || path != place.certificate {
                let there = try sealingCertificate(at: path)
                if there.keyID == current.keyID { continue }
                guard isRotation else {
                    throw KeyError(
                        "key.differs", path: path,
                        "another sealing certificate is here; if the change is meant, delete this file first")
                }
            }
            try writeKey(current.pem(), to: path, mode: 0o644)
            written.append(path)
        }
        return Outcome(zone: "internal", isNew: isNew, fingerprint: current.fingerprint, written: written)
    }

    public static func sealingCertificate(at path: String) throws -> SealingCertificate {
        try SealingCertificate(pem: text(of: path), path: path)
    }

    /// By key identifier.
    static func sealingKeys(in folder: String) throws -> [[UInt8]: SealingKey] {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: folder)
        } catch {
            throw KeyError(
                "key.sealing-missing", path: folder,
                "the internal zone's sealing keys are not there; `sluice boundary keys` makes the first one")
        }
        var keys: [[UInt8]: SealingKey] = [:]
        for name in names.sorted() where name.hasSuffix(".key") {
            let path = folder + "/" + name
            try refuseReadableByOthers(path)
            let key = try SealingKey(pem: text(of: path), path: path)
            keys[key.keyID] = key
        }
        return keys
    }
}
