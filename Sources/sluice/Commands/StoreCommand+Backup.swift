import ArgumentParser
import Foundation
import SluiceBoundary
import SluiceConfig
import SluiceSDK
import SluiceStore

extension StoreCommand {
    struct Backup: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Copies the stores, each into a new folder of its own, while the zones run.",
            discussion: """
                The copy is one snapshot, checked and synced, with a manifest.json beside it. Private keys, secrets and the
                configuration are NOT copied: keep them apart from the data they sign.

                EXAMPLE
                  sluice store backup /backup/sluice --zone internal
                """)

        @OptionGroup var options: SharedOptions
        @Argument(help: "Folder for the backups; made when it is missing.") var folder: String
        @Option(help: "Only this zone.", transform: ZoneName.argument) var zone: ZoneName?

        func run() async throws {
            let now = Timestamp.now()
            let stamp = now.rfc3339().replacing(":", with: "")
            var table = Table(["zone", ">bytes", "backup"])
            for file in try StoreCommand.files(options, zone) {
                let target = "\(folder)/\(file.zone.rawValue)-\(stamp)"
                let manifest = try StoreBackup.make(
                    of: try file.reader(), zone: file.zone.rawValue, version: Version.current, at: now, in: target)
                table.add([file.zone.rawValue, String(manifest.bytes), target])
            }
            print(table.text)
            print("private keys, secrets and configuration are not in it")
        }
    }

    struct Restore: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Puts a backup in the place of a stopped zone's store.",
            discussion: """
                Refused while the zone runs, for a backup of another zone, of a newer Sluice or with another digest, and
                where a store is there already: --replace moves that one aside. The zone's streams begin a new epoch,
                which the zones at their other ends approve with `sluice boundary resume`; they then send again what
                this store has lost (docs/operate.md, "A lost disk").

                EXAMPLE
                  sluice store restore /backup/sluice/relay-2026-01-05T090000Z --zone relay --replace
                """)

        @OptionGroup var options: SharedOptions
        @Argument(help: "Folder of one backup, as `sluice store backup` named it.") var backup: String
        @Option(help: "The zone that it is for.", transform: ZoneName.argument) var zone: ZoneName
        @Flag(help: "Move the store that is there aside.") var replace = false

        func run() async throws {
            let workspace = try Workspace(options, references: .standIn, zones: [zone])
            let file = try ZoneStoreFile(zone, in: workspace)
            let folder = try ZoneFolder(zone, in: workspace)
            let now = Timestamp.now()
            let (manifest, old) = try StoreRestore.run(
                backup, to: file.path, zone: zone.rawValue, schema: file.schema, replaces: replace, at: now
            ) { db, manifest in
                try Restoration.begin(at: now, backupTime: manifest.madeAt, in: db)
            }
            withExtendedLifetime(folder) {}
            print("\(file.path) is the backup of \(manifest.madeAt.rfc3339(in: .shanghai))")
            if let old { print("the store that was there is in \(old)") }
            print("start the zone; then, where its streams are read:")
            for stream in manifest.streams where stream.role == "writes" {
                print("  sluice boundary resume \(stream.name)")
            }
        }
    }
}
