import Foundation
import SluiceTesting

/// rsyslog on the same work: it reads the same NDJSON from a file, parses it, queues it on disk with synced files and
/// inserts it into PostgreSQL.
struct Peer {
    let folder: String
    let seed: UInt64
    let count: Int

    /// Debian keeps it under the name of the processor's architecture.
    private static var modules: String {
        let root = "/usr/lib"
        let places = ((try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []).sorted().map {
            "\(root)/\($0)/rsyslog"
        }
        return places.first { FileManager.default.fileExists(atPath: $0 + "/ompgsql.so") }
            ?? places.first { FileManager.default.fileExists(atPath: $0) } ?? root + "/rsyslog"
    }

    /// What is missing for it; nil when it can run.
    static var obstacle: String? {
        let needed = [
            ("/usr/sbin/rsyslogd", "rsyslog"), ("\(modules)/ompgsql.so", "rsyslog-pgsql"),
            ("\(modules)/mmjsonparse.so", "rsyslog"),
        ]
        for (path, package) in needed where !FileManager.default.fileExists(atPath: path) {
            return "\(package) is not installed (`.ci/packages.sh bench` installs it)"
        }
        if PostgreSQLHome.bin == nil { return "postgresql is not installed (`.ci/packages.sh bench` installs it)" }
        return nil
    }

    func run() throws -> Finding {
        let measured = try PeerQueue.allCases.map { try measure($0, in: "\(folder)/\($0.rawValue)") }
        var table = Table(
            title: "A neighbour on the same work: rsyslog → PostgreSQL", columns: PeerQueue.allCases.map(\.title),
            notes: Self.notes)
        func row(_ name: String, unit: String? = nil, _ value: (Measured) -> String) {
            table.add(name, unit: unit, measured.map(value))
        }
        let thousands = Double(count) / 1_000
        row("records offered / in the table", unit: "records") { "\(count) / \($0.arrived)" }
        row("end to end, records/s") { Table.number(Double($0.arrived) / $0.seconds, 0) }
        row("CPU-s for 1,000 records: rsyslogd", unit: "CPU-s") { Table.number($0.cpuSeconds / thousands, 3) }
        row("CPU-s for 1,000 records: PostgreSQL", unit: "CPU-s") { Table.number($0.server.cpuSeconds / thousands, 3) }
        row("peak memory: rsyslogd, MiB") { Table.number($0.peakMiB, 0) }
        row("bytes written for a record: rsyslogd", unit: "bytes") { Table.number(Double($0.written / count), 0) }
        row("bytes written for a record: PostgreSQL", unit: "bytes") {
            Table.number(Double($0.server.written / count), 0)
        }
        let faults = zip(PeerQueue.allCases, measured).filter { $1.arrived != count }.map {
            "\($0.title): of \(count) records \($1.arrived) are in the table"
        }
        return Finding(table, faults: faults)
    }

    private struct Measured {
        var arrived: Int
        var seconds: Double
        var cpuSeconds: Double
        var peakMiB: Double
        var written: Int
        var server: (cpuSeconds: Double, written: Int)
    }

    private func measure(_ queue: PeerQueue, in folder: String) throws -> Measured {
        try FileManager.default.createDirectory(atPath: folder + "/spool", withIntermediateDirectories: true)
        let home = try PostgreSQLHome(folder: folder)
        defer { home.stop() }
        try home.execute("CREATE TABLE ticket (no text, title text, description text, phone text, body text)")
        let (input, workload) = (folder + "/input.ndjson", Workload(count: count, seed: seed))
        try Data().write(to: URL(fileURLWithPath: input))
        try configuration(queue, in: folder, port: home.port, input: input)
            .write(toFile: folder + "/rsyslog.conf", atomically: true, encoding: .utf8)
        let daemon = try ChildProcess(
            "/usr/sbin/rsyslogd", ["-n", "-f", folder + "/rsyslog.conf", "-i", folder + "/rsyslog.pid"],
            environment: ["PATH": "/usr/sbin:/usr/bin"], output: folder + "/rsyslog.log")
        defer {
            daemon.signal(SIGTERM)
            _ = daemon.wait()
        }
        usleep(500_000)
        let (before, serverBefore, start) = (Meter(process: daemon.id), Family(of: home.server), now())
        try append(workload, to: input)
        let arrived = try wait(for: home)
        let (after, end) = (Meter(process: daemon.id), now())
        // The rows themselves are written later: their bytes belong to the work.
        try home.execute("CHECKPOINT")
        return Measured(
            arrived: arrived, seconds: Double(end - start) / 1e9, cpuSeconds: after.cpuSeconds - before.cpuSeconds,
            peakMiB: after.peakMiB, written: after.written - before.written,
            server: Family(of: home.server).spent(since: serverBefore))
    }

    private static let notes = [
        "The same records, from a file (imfile), parsed (mmjsonparse), through a queue, inserted by ompgsql into a table without "
            + "keys; PostgreSQL syncs its commits.",
        "Disk queue: each record is in a synced file before it goes on (queue.syncqueuefiles), as with Sluice before it is "
            + "acknowledged. Disk-assisted: in memory until 9,000 records wait, then in synced files; a power cut takes what is in "
            + "memory there.",
        "It does less: four values of a record are picked out, none is cleaned or checked; nothing is signed, quarantined, "
            + "routed, reconciled or replied to; a repeat is a second row, a revision a third.",
        "It does more: the rows stand in PostgreSQL, where any program can query them.",
        "PostgreSQL: the server, its writers and rsyslog's connection, with a checkpoint in the end; without the queries by which "
            + "we look on, and what processes spent that had ended by then (autovacuum).",
    ]

    private func append(_ workload: Workload, to path: String) throws {
        guard let file = FileHandle(forWritingAtPath: path) else { throw SocketError("open \(path)") }
        for first in stride(from: 0, to: count, by: 500) {
            let bytes = workload.message(first..<min(first + 500, count), as: .ndjson) + [0x0A]
            try file.write(contentsOf: Data(bytes))
        }
        try file.close()
    }

    private func wait(for home: PostgreSQLHome) throws -> Int {
        var (seen, quiet) = (0, 0)
        while seen < count, quiet < 100 {
            usleep(100_000)
            let rows = Int(try home.query("SELECT count(*) FROM ticket")) ?? 0
            (seen, quiet) = (rows, rows == seen ? quiet + 1 : 0)
        }
        return seen
    }

    private func configuration(_ queue: PeerQueue, in folder: String, port: Int, input: String) -> String {
        #"""
        global(workDirectory="\#(folder)/spool" maxMessageSize="128k")
        module(load="imfile")
        module(load="mmjsonparse")
        module(load="ompgsql")
        template(name="row" type="list" option.stdsql="on") {
            constant(value="INSERT INTO ticket (no, title, description, phone, body) VALUES ('")
            property(name="$!no") constant(value="', '") property(name="$!subject") constant(value="', '")
            property(name="$!content") constant(value="', '") property(name="$!caller!tel") constant(value="', '")
            property(name="msg") constant(value="')")
        }
        ruleset(name="tickets" \#(queue.parameters)) {
            action(type="mmjsonparse" cookie="")
            action(type="ompgsql" server="127.0.0.1" port="\#(port)" user="postgres" pass="" db="postgres" template="row")
        }
        input(type="imfile" file="\#(input)" tag="ticket" ruleset="tickets" escapeLF="off")
        """#
    }
}
