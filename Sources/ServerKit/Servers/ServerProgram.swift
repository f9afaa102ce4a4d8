internal import Glibc

/// A server that Debian packages.
public struct ServerProgram: Sendable {
    /// The program's file name: `nginx`.
    public var name: String
    /// The Debian package that it comes with: `nginx-light`.
    public var package: String
    /// Where it lies when not in one of the usual folders; these come first.
    public var folders: [String]

    public init(_ name: String, package: String, folders: [String] = []) {
        self.name = name
        self.package = package
        self.folders = folders
    }

    /// Debian's own Python, with the modules that Debian packages.
    package static func python(_ package: String) -> ServerProgram {
        ServerProgram("python3", package: package, folders: ["/usr/bin"])
    }

    /// Where it is; servers lie in folders that an ordinary user's PATH leaves out. SLUICE_SERVERS names the only folders
    /// to look in, as PATH does: an empty folder hides what is installed.
    /// - Throws: `ServerMissing`.
    public func path() throws -> String {
        let named = getenv("SLUICE_SERVERS").map { String(cString: $0).split(separator: ":").map(String.init) }
        let usual = (getenv("PATH").map { String(cString: $0) } ?? "").split(separator: ":").map(String.init)
        for folder in named ?? (folders + usual + ["/usr/local/sbin", "/usr/sbin", "/usr/bin", "/sbin"]) {
            let path = folder + "/" + name
            if access(path, X_OK) == 0 { return path }
        }
        throw ServerMissing(program: self)
    }

    /// What starts it: its path, behind what changes the user when there is another to be.
    func command(as user: String?) throws -> [String] {
        guard let user else { return [try path()] }
        // It becomes the program, so that signals reach that one.
        let change = try ServerProgram("setpriv", package: "util-linux").path()
        return [change, "--reuid=\(user)", "--regid=\(user)", "--init-groups", "--", try path()]
    }

    /// Runs it to its end: for the tools that make keys and certificates.
    /// - Parameters:
    ///   - log: the file that gets what it says.
    ///   - user: whom it runs as, for programs that refuse root.
    /// - Throws: `ServerMissing`; `ServerFailed` when it ends with anything but 0.
    public func run(_ arguments: [String], log: String, as user: String? = nil) async throws {
        let command = try command(as: user) + arguments
        let child = try ChildProcess(
            command[0], Array(command.dropFirst()), environment: ["PATH": "/usr/bin:/bin"], output: log)
        while child.end == nil { try await Task.sleep(for: .milliseconds(5)) }
        guard child.end == .exited(0) else {
            let said = String(decoding: try readFile(log), as: UTF8.self)
            throw ServerFailed(program: self, reason: "fails at '\(arguments.joined(separator: " "))'", log: said)
        }
    }
}

/// The program is not installed. A test fails with this; it does not pass by leaving something out.
public struct ServerMissing: Error, Sendable, CustomStringConvertible {
    public var program: ServerProgram

    public var description: String {
        "the program '\(program.name)' is not there: install it with 'make test-packages' or, as root, "
            + "'apt-get install --no-install-recommends \(program.package)'"
    }
}

/// The program was started and does not answer, with what it said.
public struct ServerFailed: Error, Sendable, CustomStringConvertible {
    public var program: ServerProgram
    public var reason: String
    /// The end of its log.
    public var log: String

    public init(program: ServerProgram, reason: String, log: String) {
        (self.program, self.reason, self.log) = (program, reason, log)
    }

    public var description: String {
        "\(program.name) \(reason)" + (log.isEmpty ? ", and said nothing" : "; it said:\n\(log)")
    }
}
