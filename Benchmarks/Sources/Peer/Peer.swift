import Foundation
import SluiceTesting

/// rsyslog on the same work: it reads the same NDJSON from a file, parses it, queues it on disk with synced files and
/// inserts it into PostgreSQL.
struct Peer {
    let folder: String
    let seed: UInt64
    let count: Int

    private static let modules = "/usr/lib/x86_64-linux-gnu/rsyslog"

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

    func run() throws -> Table {
        let home = try PostgreSQLHome(folder: folder)
        defer { home.stop() }
        try home.execute("CREATE TABLE ticket (no text, title text, description text, phone text, body text)")
        let (input, workload) = (folder + "/input.ndjson", Workload(count: count, seed: seed))
        try Data().write(to: URL(fileURLWithPath: input))
        try FileManager.default.createDirectory(atPath: folder + "/spool", withIntermediateDirectories: true)
        try configuration(port: home.port, input: input)
            .write(toFile: folder + "/rsyslog.conf", atomically: true, encoding: .utf8)
        let daemon = try ChildProcess(
            "/usr/sbin/rsyslogd", ["-n", "-f", folder + "/rsyslog.conf", "-i", folder + "/rsyslog.pid"],
            environment: ["PATH": "/usr/sbin:/usr/bin"], output: folder + "/rsyslog.log")
        defer {
            daemon.signal(SIGTERM)
            _ = daemon.wait()
        }
        usleep(500_000)
        let (before, start) = (Meter(process: daemon.id), now())
        try append(workload, to: input)
        let arrived = try wait(for: home)
        let (after, end) = (Meter(process: daemon.id), now())
        let rate = Double(arrived) * 1e9 / Double(end - start)
        var table = Table(title: "A neighbour on the same work", columns: ["rsyslog → PostgreSQL"], notes: Self.notes)
        table.rows = [
            ("records offered / in the table", ["\(count) / \(arrived)"]),
            ("records/s", [Table.number(rate, 0)]),
            (
                "CPU-s for 1,000 records: rsyslogd",
                [Table.number((after.cpuSeconds - before.cpuSeconds) * 1_000 / Double(count), 3)]
            ),
            ("peak memory: rsyslogd, MiB", [Table.number(after.peakMiB, 0)]),
            (
                "bytes written for a record: rsyslogd alone",
                [Table.number(Double(after.written - before.written) / Double(count), 0)]
            ),
        ]
        return table
    }

    private static let notes = [
        "The same records, from a file (imfile), parsed (mmjsonparse), through a disk queue with synced files "
            + "(queue.syncqueuefiles), inserted by ompgsql into a table without keys; PostgreSQL syncs its commits.",
        "It does less: four values of a record are picked out, none is cleaned or checked; nothing is signed, quarantined, "
            + "routed, reconciled or replied to; a repeat is a second row, a revision a third.",
        "It does more: the rows stand in PostgreSQL, where any program can query them.",
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

    private func configuration(port: Int, input: String) -> String {
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
        ruleset(name="tickets" queue.type="disk" queue.filename="tickets" queue.syncqueuefiles="on"
            queue.checkpointinterval="500" queue.dequeuebatchsize="500" queue.maxdiskspace="8g") {
            action(type="mmjsonparse" cookie="")
            action(type="ompgsql" server="127.0.0.1" port="\#(port)" user="postgres" pass="" db="postgres" template="row")
        }
        input(type="imfile" file="\#(input)" tag="ticket" ruleset="tickets" escapeLF="off")
        """#
    }
}
