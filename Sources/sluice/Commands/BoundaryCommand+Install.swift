import ArgumentParser
import Foundation
import PostgresKit
import SluiceBoundary
import SluiceConfig

extension BoundaryCommand {
    struct Install: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Makes the tables and roles of a boundary in PostgreSQL, or brings them up to date.",
            discussion: """
                Every database that a zone file of the configuration folder names gets its schema, its tables, the days
                to come, the roles and exactly the privileges of docs/reference/boundary-roles.md; and the database that
                relay.yaml's `quarantine` names gets the tables of the record. Running it again changes nothing. Roles get no password: give them one, or map client certificates to them.

                EXAMPLES
                  sluice boundary install --dry-run > boundary.sql
                  sluice boundary install --as postgres
                  PGPASSWORD=… sluice boundary install --as admin --host db.example
                """)

        @OptionGroup var options: SharedOptions

        @Flag(help: "Print the SQL and connect to nothing.")
        var dryRun = false

        @Option(
            name: .customLong("as"),
            help: "The role to connect as: a superuser. Its password comes from PGPASSWORD or ~/.pgpass.")
        var role = "postgres"

        @Option(
            help: "In place of the host of the zone files: another name of the server, or the folder of its socket.")
        var host: String?

        func run() async throws {
            let plans = try InstallPlan.all(
                of: Workspace(options, references: .standIn, zones: InstallPlan.zones(options)))
            guard !plans.isEmpty else {
                throw CommandFailure("no zone file in \(options.configFolder) names a database: nothing to install")
            }
            for plan in plans {
                if dryRun {
                    print("-- \(plan.database)\n" + plan.layout.sql())
                } else {
                    try await install(plan)
                    print(
                        "\(plan.database): version \(type(of: plan.layout).version) in the schema \(plan.layout.schema)"
                    )
                }
            }
        }

        private func install(_ plan: InstallPlan) async throws {
            var settings = PostgresSettings(
                host: host ?? plan.database.host, port: plan.database.port, database: plan.database.database, user: role
            )
            settings.tls = plan.database.tls.map { PostgresSettings.TLS(.verifyFull, authority: $0.authority) }
            do {
                try await BoundaryInstaller.install(
                    plan.layout, in: BoundaryDatabase(settings, schema: plan.layout.schema))
            } catch let error as PostgresError {
                throw CommandFailure("\(plan.database): \(error)")
            }
        }
    }
}

/// A database and what belongs into it, from the zone files that are here.
private struct InstallPlan {
    var database: DatabaseUse
    var layout: any DatabasePlan

    /// Zones that have a file: the others' need not be there.
    static func zones(_ options: SharedOptions) -> Set<ZoneName> {
        Set(
            ZoneName.allCases.filter {
                FileManager.default.fileExists(atPath: options.configFolder + "/" + $0.fileName)
            })
    }

    static func all(of workspace: Workspace) throws -> [InstallPlan] {
        let zones = try workspace.zones()
        var uses: [(zone: String, use: DatabaseUse)] = []
        func add(_ zone: String, _ boundary: BoundaryUse) {
            if let use = boundary.database { uses.append((zone, use)) }
        }
        if zones.contains(.relay) {
            let file = try workspace.relay()
            add("relay", file.external)
            add("relay", file.internalSide)
            for producer in file.producers { add("relay", producer.boundary) }
        }
        if zones.contains(.external) {
            let file = try workspace.external()
            add(file.producer, file.boundary)
        }
        if zones.contains(.internal) { add("internal", try workspace.internalZone().boundary) }
        let further = zones.contains(.relay) ? try workspace.relay().producers.map(\.name) : []
        let producers = Array(Set(["external"] + further)).sorted()
        func role(_ zone: String) -> String {
            uses.first { $0.zone == zone }?.use.role ?? DatabaseLayout.role(of: zone)
        }
        var plans: [String: InstallPlan] = [:]
        for (_, use) in uses where plans["\(use) \(use.schema)"] == nil {
            plans["\(use) \(use.schema)"] = InstallPlan(
                database: use,
                layout: DatabaseLayout(
                    schema: use.schema,
                    producers: producers.map { DatabaseLayout.Producer($0, role: role($0)) },
                    relay: role("relay"), internalZone: role("internal")))
        }
        var all = plans.sorted { $0.key < $1.key }.map(\.value)
        if zones.contains(.relay), let use = try workspace.relay().quarantine {
            let relay = use.role ?? DatabaseLayout.role(of: "relay")
            all.append(InstallPlan(database: use, layout: RecordLayout(schema: use.schema, relay: relay)))
        }
        return all
    }
}
