internal import Synchronization

/// Works in a server's folder over connections of its own. Paths are relative to the folder; one that begins with a
/// slash is not.
public final class FileSession: Sendable {
    public let server: FileServer
    /// For each step, from the look-up to the last byte.
    private let timeout: Duration
    private let client = Mutex<CurlClient?>(nil)

    public init(_ server: FileServer, timeout: Duration) {
        self.server = server
        self.timeout = timeout
    }

    /// Lets the connections go; the next step opens new ones.
    public func close() { client.withLock { $0 = nil } }

    /// Logs in and finds the folder.
    /// - Throws: `CurlError`; `curl.command` or `curl.denied` when there is no such folder.
    public func check() async throws {
        if server.address.isSFTP {
            _ = try await list([], most: 64 << 20)
        } else {
            // Alone: the connection stays in the folder afterwards.
            let folder = server.address.commandPath([])
            try await command([Array("CWD ".utf8) + folder], isAlone: true)
        }
    }

    /// A folder's listing as the server writes it; `command` takes the place of FTP's LIST.
    public func list(_ folder: [UInt8], command: String? = nil, most: Int) async throws -> [UInt8] {
        do {
            return try await perform(.list(command: command), folder, isFolder: true, most: most).body
        } catch let error as CurlError where !server.address.isSFTP && error.status == 450 && command == nil {
            return []  // What some servers say of an empty folder.
        }
    }

    /// A file's bytes, and its time in seconds since 1970 where the server tells it.
    public func fetch(_ path: [UInt8], most: Int) async throws -> (bytes: [UInt8], modified: Int?) {
        let response = try await perform(.fetch(from: 0), path, most: most)
        return (response.body, response.modified)
    }

    /// True when the file still has so many bytes and that time. It fetches the last byte and what may stand behind it.
    public func isUnchanged(_ path: [UInt8], size: Int, modified: Int?) async throws -> Bool {
        do {
            let response = try await perform(.fetch(from: max(0, size - 1)), path, most: min(size, 1))
            return response.body.count == min(size, 1) && response.modified == modified
        } catch let error as CurlError where !error.isOfConnection || error.code == "curl.failed" {
            return false  // Also when it ends before that byte.
        }
    }

    public func exists(_ path: [UInt8]) async throws -> Bool {
        do {
            _ = try await perform(.fetch(from: 0), path, most: 0)
            return true
        } catch let error as CurlError {
            if error.isOfConnection { throw error }
            return error.code == "curl.too-large"
        }
    }

    /// Makes a folder where there is none; harmless where there is.
    public func makeFolder(_ path: [UInt8]) async throws {
        try await command([server.address.isSFTP ? words("*mkdir", path) : words("*MKD", path)])
    }

    public func move(_ path: [UInt8], to target: [UInt8]) async throws {
        try await command(renaming(path, target))
    }

    public func delete(_ path: [UInt8]) async throws {
        try await command([server.address.isSFTP ? words("rm", path) : words("DELE", path)])
    }

    /// Puts a file there under `temporary` and then gives it its name; a file of that name is replaced.
    public func put(_ bytes: [UInt8], _ path: [UInt8], temporary: [UInt8]) async throws {
        guard !server.address.isSFTP else {
            let after = [words("*rm", path)] + renaming(temporary, path)
            try await perform(.upload, temporary, body: bytes, most: 0, after: after)
            return
        }
        // FTP servers want the data's TLS session to go on from the log-in's, and with TLS 1.3 an upload uses up what that
        // gave: the next one needs a log-in of its own (vsftpd answers 522).
        let isEncrypted = server.requiresTLS || server.address.scheme == .ftps
        try await perform(.upload, temporary, body: bytes, most: 0, isAlone: isEncrypted)
        // To an FTP server, a data connection that breaks off is the end of the file.
        if let size = try await size(of: temporary), size != bytes.count {
            throw CurlError("curl.broken", "the server has \(size) of \(bytes.count) bytes of the file")
        }
        try await command([words("*DELE", path)] + renaming(temporary, path))
    }

    /// FTP's SIZE; nil where the server does not say it.
    private func size(of path: [UInt8]) async throws -> Int? {
        do {
            let lines = [Array("TYPE I".utf8), words("SIZE", path)]
            let answer = try await perform(.commands, [], isFolder: true, most: 0, before: lines)
            let said = answer.lastLine.split(separator: " ")
            return said.first == "213" ? said.dropFirst().first.flatMap { Int($0) } : nil
        } catch let error as CurlError where error.code == "curl.command" {
            return nil
        }
    }

    private func renaming(_ path: [UInt8], _ target: [UInt8]) -> [[UInt8]] {
        server.address.isSFTP
            ? [words("rename", path, target)] : [words("RNFR", path), words("RNTO", target)]
    }

    /// A command and its paths, quoted as the protocol wants it.
    private func words(_ command: String, _ paths: [UInt8]...) -> [UInt8] {
        paths.reduce(into: Array(command.utf8)) { line, path in
            let full = server.address.commandPath(path)
            line.append(0x20)
            guard server.address.isSFTP else { return line += full }
            line.append(0x22)
            for byte in full { line += byte == 0x22 || byte == 0x5C ? [0x5C, byte] : [byte] }
            line.append(0x22)
        }
    }

    private func command(_ lines: [[UInt8]], isAlone: Bool = false) async throws {
        try await perform(.commands, [], isFolder: true, most: 0, before: lines, isAlone: isAlone)
    }

    @discardableResult
    private func perform(
        _ action: CurlFiles.Action, _ path: [UInt8], isFolder: Bool = false, body: [UInt8] = [], most: Int,
        before: [[UInt8]] = [], after: [[UInt8]] = [], isAlone: Bool = false
    ) async throws -> CurlResponse {
        var files = CurlFiles(action: action, requiresTLS: server.requiresTLS)
        (files.user, files.password) = (server.login.user, server.login.password)
        (files.keyFile, files.passphrase) = (server.login.keyFile, server.login.passphrase)
        (files.knownHosts, files.before, files.afterwards) = (server.knownHosts, before, after)
        files.isAlone = isAlone
        var request = CurlRequest(
            "GET", server.address.url(path, isFolder: isFolder), body: body, timeout: timeout, maxResponseBytes: most,
            allowed: server.allowed)
        request.tls = server.tls
        request.files = files
        let client = client.withLock { client in
            let open = client ?? CurlClient(connectionsPerHost: 4, connections: 4)
            client = open
            return open
        }
        return try await client.perform(request)
    }
}

extension CurlError {
    /// False when a server was there, let us in, and said something about this one file.
    public var isOfConnection: Bool {
        !["curl.not-found", "curl.denied", "curl.command", "curl.too-large", "curl.upload"].contains(code)
    }
}
