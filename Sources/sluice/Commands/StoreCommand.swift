import ArgumentParser
import Foundation
import SluiceConfig
import SluiceRelay
import SluiceSDK
import SluiceStore

struct StoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "store", abstract: "Care of the zones' stores.",
        discussion: """
            EXAMPLES
              sluice store check
              sluice store backup /backup/sluice
              sluice store restore /backup/sluice/relay-2026-01-05T090000Z --zone relay --replace
            """,
        subcommands: [Check.self, Backup.self, Restore.self])

    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Looks the stores over; exit 1 when one is damaged or does not add up.",
            discussion: """
                Reads only, beside a running zone too: SQLite's own check table by table, foreign keys, the schema's
                version, and what must hold between Sluice's tables (ledgers and rows, queues and cursors, digests). The
                relay's is held against its record in PostgreSQL, where relay.yaml names one.
                """)

        @OptionGroup var options: SharedOptions
        @Option(help: "Only this zone.", transform: ZoneName.argument) var zone: ZoneName?

        func run() async throws {
            let files = try StoreCommand.files(options, zone)
            var results: [(ZoneStoreFile, [StoreFinding])] = []
            for file in files { results.append((file, try await StoreCommand.check(file, options))) }
            print(options.format == .json ? json(results) : text(results))
            if results.contains(where: { $0.1.contains { $0.weight == .error } }) { throw ExitCode(1) }
        }

        private func text(_ results: [(ZoneStoreFile, [StoreFinding])]) -> String {
            results.map { file, findings in
                let head = "\(file.zone.rawValue)  \(file.path)"
                if findings.isEmpty { return head + "  all is well" }
                return head + "\n"
                    + findings.map { "  \($0.weight.rawValue) [\($0.code)] \($0.reason)" }
                    .joined(separator: "\n")
            }.joined(separator: "\n")
        }

        private func json(_ results: [(ZoneStoreFile, [StoreFinding])]) -> String {
            var writer = JSONWriter()
            writer.beginArray()
            for (file, findings) in results {
                writer.beginObject()
                writer.field("zone", file.zone.rawValue)
                writer.field("path", file.path)
                writer.field("well", !findings.contains { $0.weight == .error })
                writer.key("findings")
                writer.beginArray()
                for finding in findings {
                    writer.beginObject()
                    writer.field("code", finding.code)
                    writer.field("weight", finding.weight.rawValue)
                    writer.field("reason", finding.reason)
                    writer.endObject()
                }
                writer.endArray()
                writer.endObject()
            }
            writer.endArray()
            return writer.text
        }
    }

    /// The zones that have a file in the configuration folder, or one of them.
    static func files(_ options: SharedOptions, _ zone: ZoneName?) throws -> [ZoneStoreFile] {
        let workspace = try Workspace(
            options, references: .standIn, zones: zone.map { [$0] } ?? Set(ZoneName.allCases))
        let zones = try zone.map { [$0] } ?? workspace.zones()
        return try zones.map { try ZoneStoreFile($0, in: workspace) }
    }

    /// Of the quarantine's record, where relay.yaml names one.
    private static func record(_ file: ZoneStoreFile, _ options: SharedOptions) async throws -> [StoreFinding] {
        guard file.zone == .relay,
            try Workspace(options, references: .standIn, zones: [.relay]).relay().quarantine != nil
        else { return [] }
        // Now with its password.
        guard let place = try Workspace(options, zones: [.relay]).recordPlace() else { return [] }
        return await RecordCheck(place).run(try file.reader())
    }

    /// A file that cannot even be opened is a finding too.
    private static func check(_ file: ZoneStoreFile, _ options: SharedOptions) async throws -> [StoreFinding] {
        do {
            return try file.check() + (try await record(file, options))
        } catch let error as StoreError {
            return [StoreFinding("store.unreadable", "\(error)")]
        } catch {
            return [StoreFinding("store.unreadable", "SQLite cannot read it: \(error)")]
        }
    }
}
