internal import Foundation
internal import Synchronization

/// A PostgreSQL server with a cluster of its own, `fsync` on, for one test.
///
/// It listens on a port of 127.0.0.1, where it asks for passwords, and on a socket in `socketFolder`, where it trusts
/// everybody. `stop()` is a crash: every process is killed, and `start()` recovers from the log.
public final class PostgresServer: Sendable {
    /// The server's certificate, and whom callers' certificates are checked against.
    public struct TLS: Sendable {
        public var pair: TestCertificates.Pair
        public var authority: String?

        public init(_ pair: TestCertificates.Pair, authority: String? = nil) {
            (self.pair, self.authority) = (pair, authority)
        }
    }

    public let server: RealServer
    /// For connections over the Unix socket, as libpq's `host`.
    public let socketFolder: String
    /// Of the user `postgres`, who may do everything.
    public static let password = "b6-c4-Only-in-tests"

    public var port: Int { server.port }
    /// `postgres://postgres:…@127.0.0.1:20432/postgres`
    public var url: String { url() }

    /// - Parameters:
    ///   - options: further settings, `work_mem=8MB`.
    ///   - access: lines of pg_hba.conf for callers over TCP; when left out, every user with a password (over TLS alone
    ///     where the server has it).
    public init(tls: TLS? = nil, options: [String] = [], access: [String]? = nil) async throws {
        let folder = TemporaryFolder()
        let data = folder("data")
        let sockets = folder("run")
        try await Self.copyTemplate(to: data)
        try makeFolder(sockets)
        try Self.giveAway(sockets)
        var settings = ["unix_socket_directories=\(sockets)", "listen_addresses=127.0.0.1"] + Self.small + options
        if let tls { settings += try Self.install(tls, in: data) }
        let lines = access ?? ["\(tls == nil ? "host" : "hostssl") all all 127.0.0.1/32 scram-sha-256"]
        try Self.write((["local all all trust"] + lines).joined(separator: "\n") + "\n", to: data + "/pg_hba.conf")
        socketFolder = sockets
        server = try await RealServer.start(Self.program("postgres"), folder: folder, user: Self.owner) { place in
            ["-D", data, "-p", "\(place.port)"] + settings.flatMap { ["-c", $0] }
        }
        try await becomeReady()
    }

    deinit {
        stop()
        releaseSharedMemory()
    }

    public func url(
        user: String = "postgres", password: String? = PostgresServer.password, database: String = "postgres"
    ) -> String {
        "postgres://\(user)\(password.map { ":" + $0 } ?? "")@127.0.0.1:\(port)/\(database)"
    }

    /// Starts it again after `stop`, and returns when it has recovered.
    public func start() async throws {
        try await server.start()
        try await becomeReady()
    }

    /// Kills every process of it at once.
    public func stop() { server.stop() }

    /// Runs statements as `postgres`, with psql.
    public func sql(_ text: String, database: String = "postgres") async throws {
        let log = socketFolder + "-\(UUID().uuidString).log"
        try await Self.program("psql").run(
            [
                "-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", socketFolder, "-p", "\(port)", "-U", "postgres", "-d",
                database, "-c", text,
            ], log: log)
    }

    /// A server that is killed leaves its segment in the kernel, which has room for some thousands: the data folder says
    /// which it is, in the line "key id".
    private func releaseSharedMemory() {
        guard let bytes = try? readFile(server.place("data/postmaster.pid")) else { return }
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count > 6, let id = lines[6].split(separator: " ").last.flatMap({ Int32($0) }) else { return }
        shmctl(id, IPC_RMID, nil)
    }

    /// A server takes connections while it recovers, and refuses to work.
    private func becomeReady() async throws {
        let deadline = ContinuousClock.now.advanced(by: .seconds(60))
        while true {
            do {
                return try await Self.program("pg_isready").run(
                    ["-q", "-h", socketFolder, "-p", "\(port)"], log: socketFolder + "-ready.log")
            } catch let failure as ServerFailed {
                guard server.isRunning, ContinuousClock.now < deadline else {
                    throw ServerFailed(program: failure.program, reason: failure.reason, log: server.log)
                }
                try await Task.sleep(for: .milliseconds(10))
            }
        }
    }

    // MARK: The cluster

    /// A small machine runs several of them at once.
    private static let small = [
        "max_connections=60", "shared_buffers=16MB", "max_wal_size=256MB", "log_destination=stderr",
        "autovacuum_naptime=10s", "fsync=on", "dynamic_shared_memory_type=mmap",
    ]

    /// PostgreSQL refuses root; Debian's package brings this user.
    private static var owner: String? { getuid() == 0 ? "postgres" : nil }

    private static func program(_ name: String) -> ServerProgram {
        let root = "/usr/lib/postgresql"
        let versions = names(in: root).sorted { (Int($0) ?? 0) > (Int($1) ?? 0) }
        return ServerProgram(name, package: "postgresql", folders: versions.map { "\(root)/\($0)/bin" })
    }

    /// initdb takes seconds; it runs once, and every server gets a copy.
    private static let template = Mutex<Task<TemporaryFolder, any Error>?>(nil)

    private static func copyTemplate(to data: String) async throws {
        let made = template.withLock { template in
            if let template { return template }
            let made = Task { try await makeTemplate() }
            template = made
            return made
        }
        let folder = try await made.value
        try await ServerProgram("cp", package: "coreutils").run(["-a", folder("data"), data], log: data + ".log")
    }

    private static func makeTemplate() async throws -> TemporaryFolder {
        let folder = TemporaryFolder()
        // The parents must be open to the other user.
        try setMode(0o755, of: folder.path)
        try makeFolder(folder("data"))
        try setMode(0o700, of: folder("data"))
        try giveAway(folder("data"))
        try write(password, to: folder("password"))
        try await program("initdb").run(
            [
                "-D", folder("data"), "-U", "postgres", "--pwfile", folder("password"), "--auth=scram-sha-256",
                "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions", "--wal-segsize=1",
            ], log: folder("initdb.log"), as: owner)
        return folder
    }

    private static func install(_ tls: TLS, in data: String) throws -> [String] {
        func copy(_ path: String, _ name: String) throws {
            try write(String(decoding: try readFile(path), as: UTF8.self), to: data + "/" + name)
        }
        try copy(tls.pair.certificate, "server.crt")
        try copy(tls.pair.key, "server.key")
        guard let authority = tls.authority else { return ["ssl=on"] }
        try copy(authority, "ca.crt")
        return ["ssl=on", "ssl_ca_file=ca.crt"]
    }

    private static func write(_ text: String, to path: String) throws {
        try writeFile(Array(text.utf8), path)
        try setMode(0o600, of: path)
        try giveAway(path)
    }

    private static func giveAway(_ path: String) throws {
        guard let owner, let entry = getpwnam(owner) else { return }
        guard chown(path, entry.pointee.pw_uid, entry.pointee.pw_gid) == 0 else {
            throw ServerFailed(
                program: program("postgres"), reason: "cannot have \(path)", log: String(cString: strerror(errno)))
        }
    }
}
