internal import Foundation
internal import SluiceSDK

/// Reads a configuration folder.
public enum ConfigFolder {
    /// - Parameters:
    ///   - path: the folder, as the user gave it; places in issues begin with it.
    ///   - environment: what `${env:NAME}` may name.
    ///   - references: whether a variable or secret that is not there is an issue.
    ///   - zones: whose files are read: channels belong to the external zone, handlers to the internal one.
    public static func load(
        _ path: String, specs: PluginSpecs, environment: [String: String], references: ReferencePolicy = .required,
        zones: Set<ZoneName> = Set(ZoneName.allCases)
    ) -> LoadedConfiguration {
        let folder = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
        var loaded = LoadedConfiguration(folder: folder)
        let reader = FolderReader(
            folder: folder, specs: specs, environment: environment, references: references)
        guard FileManager.default.fileExists(atPath: folder) else {
            let hint = "name the folder with --config DIR"
            loaded.issues = [.init(at: .start(of: folder), .unreadable, "there is no configuration folder", hint: hint)]
            return loaded
        }
        loaded.readZones(reader, zones)
        if zones.contains(.external) {
            loaded.readLookups(reader)
            loaded.readChannels(reader)
        }
        if zones.contains(.internal) { loaded.readHandlers(reader) }
        loaded.issues = FolderReader.sorted(loaded.issues)
        return loaded
    }
}

extension LoadedConfiguration {
    fileprivate mutating func readZones(_ reader: FolderReader, _ zones: Set<ZoneName>) {
        let folder = reader.folder
        if zones.contains(.external) {
            external = zone("external", ZoneSpecs.external, reader) { try ExternalFile($0, folder: folder) }
        }
        if zones.contains(.relay) {
            relay = zone("relay", ZoneSpecs.relay, reader) { try RelayFile($0, folder: folder) }
        }
        if zones.contains(.internal) {
            internalZone = zone("internal", ZoneSpecs.internalZone, reader) { try InternalFile($0, folder: folder) }
        }
    }

    private mutating func zone<Zone>(
        _ name: String, _ spec: ConfigSpec, _ reader: FolderReader, _ make: (ConfigValue) throws -> Zone
    ) -> Zone? {
        guard reader.exists(name + ".yaml") else { return nil }
        let path = "\(reader.folder)/\(name).yaml"
        // Its own secrets folder is not known before the file is read; `secrets:` itself may not be a secret.
        let written = try? YAMLFile.read(path)["secrets"]?.text
        let secrets = reader.joined(written ?? "secrets")
        let outcome = reader.check(path, as: spec, named: name + ".yaml", secretsFolder: secrets)
        issues += outcome.issues
        guard let value = outcome.value, outcome.issues.isEmpty else { return nil }
        do {
            return try make(value)
        } catch {
            issues += FolderReader.issues(error, at: path)
            return nil
        }
    }

    fileprivate mutating func readLookups(_ reader: FolderReader) {
        for name in reader.names(in: "rules") {
            let path = "\(reader.folder)/rules/\(name).yaml"
            do {
                guard let entries = try YAMLFile.read(path).entries else { continue }
                let pairs = entries.compactMap { entry in entry.value.text.map { (entry.key, $0) } }
                guard pairs.count == entries.count else { continue }
                lookups[name] = Dictionary(pairs) { first, _ in first }
            } catch {
                issues += FolderReader.issues(error, at: path)
            }
        }
    }

    fileprivate mutating func readChannels(_ reader: FolderReader) {
        let profiles = Profiles(folder: reader.folder + "/profiles", names: reader.names(in: "profiles"))
        let secrets = external?.secrets ?? reader.joined("secrets")
        let spec = ChannelFile.spec(reader.specs)
        for (sub, channelClass) in [("hotlines", ChannelFile.Class.hotline), ("web", .web)] {
            for name in reader.names(in: sub) {
                let path = "\(reader.folder)/\(sub)/\(name).yaml"
                let outcome = reader.check(path, as: spec, named: name, secretsFolder: secrets, profiles: profiles)
                channels.append(channel(outcome, name: name, path: path, in: channelClass, folder: reader.folder))
            }
        }
        refuseTakenIDs()
        channels.sort { $0.id < $1.id }
        issues += channels.flatMap(\.issues)
    }

    private func channel(
        _ outcome: FolderReader.Outcome, name: String, path: String, in folderClass: ChannelFile.Class, folder: String
    ) -> ChannelResult {
        var result = ChannelResult(id: name, path: path, channel: nil, issues: outcome.issues)
        guard let value = outcome.value else { return result }
        result.name = value["name"]?.text
        result.source = value["source"]?["type"]?.text
        result.issues += ChannelFile.issues(of: value, fileName: name, in: folderClass)
        guard !result.issues.contains(where: { $0.severity == .error }) else { return result }
        do {
            var channel = try ChannelFile(
                value, baseFolder: folder, version: outcome.version, programs: external?.programs ?? [])
            channel.place = .start(of: path)
            channel.fingerprint = outcome.fingerprint
            channel.written = outcome.written.map(WrittenConfig.text) ?? ""
            result.channel = channel
        } catch {
            result.issues += FolderReader.issues(error, at: path)
        }
        return result
    }

    /// One id in both folders: which of the two is meant nobody can say, so the second is refused.
    private mutating func refuseTakenIDs() {
        var paths: [String: String] = [:]
        for index in channels.indices {
            let (id, path) = (channels[index].id, channels[index].path)
            if let first = paths[id] {
                channels[index].issues.append(
                    .init(
                        at: .start(of: path), .channelIDTaken, "the id '\(id)' is taken by \(first)",
                        hint: "choose another id and rename the file"))
                channels[index].channel = nil
            }
            paths[id] = paths[id] ?? path
        }
    }

    fileprivate mutating func readHandlers(_ reader: FolderReader) {
        let names = reader.names(in: "handlers")
        guard !names.isEmpty || reader.exists("internal.yaml") else { return }
        let secrets = internalZone?.secrets ?? reader.joined("secrets")
        let spec = HandlerFile.spec(reader.specs)
        var hasBadFiles = false
        for name in names {
            let path = "\(reader.folder)/handlers/\(name).yaml"
            var found = reader.check(path, as: spec, named: name, secretsFolder: secrets)
            if let value = found.value { found.issues += HandlerFile.issues(of: value, fileName: name) }
            if let value = found.value, found.issues.isEmpty {
                do {
                    handlers.append(
                        try HandlerFile(
                            value, baseFolder: reader.folder, programs: internalZone?.programs ?? []))
                } catch {
                    found.issues += FolderReader.issues(error, at: path)
                }
            }
            hasBadFiles = hasBadFiles || !found.issues.isEmpty
            issues += found.issues
        }
        handlers = HandlerSet.inOrder(handlers)
        issues += HandlerSet.check(handlers, hasBadFiles: hasBadFiles, folder: reader.folder + "/handlers")
    }
}

extension FolderReader {
    func joined(_ path: String) -> String {
        path.hasPrefix("/") ? path : folder + "/" + path
    }
}
