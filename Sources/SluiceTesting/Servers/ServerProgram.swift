internal import Glibc

/// A server that Debian packages, as a test names it.
public struct ServerProgram: Sendable {
    /// The program's file name: `nginx`.
    public var name: String
    /// The Debian package that it comes with: `nginx-light`.
    public var package: String

    public init(_ name: String, package: String) {
        self.name = name
        self.package = package
    }

    /// Where it is; servers lie in folders that an ordinary user's PATH leaves out.
    /// - Throws: `ServerMissing`.
    public func path() throws -> String {
        let folders = (getenv("PATH").map { String(cString: $0) } ?? "").split(separator: ":").map(String.init)
        for folder in folders + ["/usr/local/sbin", "/usr/sbin", "/usr/bin", "/sbin"] {
            let path = folder + "/" + name
            if access(path, X_OK) == 0 { return path }
        }
        throw ServerMissing(program: self)
    }

    /// Runs it to its end: for the tools that make keys and certificates.
    /// - Parameter log: the file that gets what it says.
    /// - Throws: `ServerMissing`; `ServerFailed` when it ends with anything but 0.
    public func run(_ arguments: [String], log: String) async throws {
        let child = try ChildProcess(path(), arguments, environment: ["PATH": "/usr/bin:/bin"], output: log)
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
        "the test needs the program '\(program.name)': install it with 'make test-packages' or, as root, "
            + "'apt-get install --no-install-recommends \(program.package)'"
    }
}

/// The program was started and does not answer, with what it said.
public struct ServerFailed: Error, Sendable, CustomStringConvertible {
    public var program: ServerProgram
    public var reason: String
    /// The end of its log.
    public var log: String

    public var description: String {
        "\(program.name) \(reason)" + (log.isEmpty ? ", and said nothing" : "; it said:\n\(log)")
    }
}
