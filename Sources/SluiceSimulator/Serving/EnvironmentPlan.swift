internal import Foundation
internal import SluiceSDK

/// Values for the variables that configuration files name, told apart by how they end: `…_URL` is an address,
/// `…_FOLDER` a folder, `…_SECRET` a key in base64, `…_SFTP`, `…_IMAPS` and their like an address of that kind where
/// nobody answers, everything else a word nobody could guess.
public struct EnvironmentPlan: Sendable {
    public private(set) var values: [String: String] = [:]

    private static let schemes: Set = ["SFTP", "FTP", "FTPS", "IMAP", "IMAPS", "POP3", "POP3S", "SMTP", "SMTPS"]

    public init() {}

    /// - Parameters:
    ///   - files: whose `${env:NAME}` are filled.
    ///   - base: the address that `…_URL` begin with, `http://127.0.0.1:9100`.
    ///   - folder: where `…_FOLDER` are made.
    ///   - makesFolders: false where nobody puts anything into them.
    ///   - known: kept as they are, but for addresses and folders.
    /// - Throws: when a folder cannot be made.
    public mutating func add(
        files: [String], base: String, folder: String, makesFolders: Bool = true, known: [String: String] = [:]
    ) throws {
        for name in Set(files.flatMap(Self.names)).sorted() where values[name] == nil {
            values[name] = value(name, base, folder, known[name])
            guard makesFolders, name.hasSuffix("_FOLDER"), let path = values[name] else { continue }
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        }
    }

    private func value(_ name: String, _ base: String, _ folder: String, _ known: String?) -> String {
        let word = name.lowercased().replacing("_", with: "-")
        if name.hasSuffix("_URL") { return base + "/" + word.dropLast(4) }
        if name.hasSuffix("_FOLDER") { return folder + "/" + word.dropLast(7) }
        if let known, !known.isEmpty { return known }
        if let ending = name.split(separator: "_").last, Self.schemes.contains(String(ending)) {
            return ending.lowercased() + "://127.0.0.1:9"
        }
        if name.hasSuffix("_SECRET") { return "whsec_" + Base64.encode(secureRandomBytes(24)) }
        return Hex.encode(secureRandomBytes(16))
    }

    /// `.yaml` files of these sub-folders.
    public static func files(in folder: String, _ subfolders: [String]) -> [String] {
        subfolders.flatMap { sub in
            ((try? FileManager.default.contentsOfDirectory(atPath: folder + "/" + sub)) ?? []).sorted()
                .filter { $0.hasSuffix(".yaml") }.map { "\(folder)/\(sub)/\($0)" }
        }
    }

    static func names(_ path: String) -> [String] {
        let text = FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) } ?? ""
        return text.split(separator: "${env:").dropFirst().compactMap { part in
            part.firstIndex(of: "}").map { String(part[..<$0]) }
        }
    }
}
