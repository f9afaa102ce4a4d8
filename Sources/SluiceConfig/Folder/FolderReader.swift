internal import Foundation
internal import SluiceSDK

/// Reads the files of one configuration folder, each on its own, so that one bad file never stops the others.
struct FolderReader {
    let folder: String
    let specs: PluginSpecs
    let environment: [String: String]
    let references: ReferencePolicy

    /// A file's checked values and version, or its issues.
    struct Outcome {
        var value: ConfigValue?
        /// What stands in the file and its profiles.
        var written: ConfigValue?
        var version = ""
        /// The version with secrets filled in.
        var fingerprint = ""
        var issues: [ConfigIssue] = []
    }

    /// Reads, fills in references and checks; `extends` too when there are profiles.
    func check(
        _ path: String, as spec: ConfigSpec, named name: String, secretsFolder: String, profiles: Profiles? = nil
    ) -> Outcome {
        do {
            var written = try YAMLFile.read(path)
            if let profiles { written = try profiles.resolve(written) }
            return check(written, as: spec, named: name, secretsFolder: secretsFolder)
        } catch let error as ConfigIssues {
            return Outcome(issues: Self.sorted(error.issues))
        } catch {
            return Outcome(issues: [
                .init(at: .start(of: path), .unreadable, "the file cannot be read", hint: "\(error)")
            ])
        }
    }

    /// - Parameter written: with references in place of secrets.
    func check(_ written: ConfigValue, as spec: ConfigSpec, named name: String, secretsFolder: String) -> Outcome {
        var references = References(environment: environment, secretsFolder: secretsFolder, policy: self.references)
        let filled = references.fill(written)
        var decoder = ConfigDecoder { references.fill($0) }
        let decoded = decoder.decode(filled, as: spec, named: name)
        // What a missing secret would have been is not known, so nothing more is said of that place.
        let unresolved = Set(references.issues.map(\.place))
        let issues = references.issues + decoder.issues.filter { !unresolved.contains($0.place) }
        return Outcome(
            value: decoded, written: written, version: ConfigVersion.of(written, decoder.texts),
            fingerprint: ConfigVersion.of(filled, decoder.texts), issues: Self.sorted(issues))
    }

    /// Names of the `.yaml` files of a sub-folder, without the ending, in order.
    func names(in sub: String) -> [String] {
        let found = (try? FileManager.default.contentsOfDirectory(atPath: folder + "/" + sub)) ?? []
        return found.filter { $0.hasSuffix(".yaml") && !$0.hasPrefix(".") }.map { String($0.dropLast(5)) }.sorted()
    }

    func exists(_ name: String) -> Bool {
        FileManager.default.fileExists(atPath: folder + "/" + name)
    }

    static func sorted(_ issues: [ConfigIssue]) -> [ConfigIssue] {
        issues.sorted {
            ($0.place.file, $0.place.line, $0.place.column) < ($1.place.file, $1.place.line, $1.place.column)
        }
    }

    /// The issues that a typed reading throws.
    static func issues(_ error: any Error, at path: String) -> [ConfigIssue] {
        switch error {
        case let issues as ConfigIssues: issues.issues
        case let issue as ConfigIssue: [issue]
        default: [.init(at: .start(of: path), .unreadable, "the file cannot be read", hint: "\(error)")]
        }
    }
}
