internal import Foundation

/// An FTP server (pyftpdlib) for the listings that vsftpd does not have: MLSD, and LIST as DOS writes it.
public final class PythonFTP: Sendable {
    public enum Listing: String, Sendable, CaseIterable {
        /// MLSD is known; LIST is as Unix writes it.
        case machine
        /// MLSD is not known; `01-05-26  09:00AM  <DIR>  name`.
        case dos
    }

    public static let program = ServerProgram.python("python3-pyftpdlib")
    public static let user = "hotline"
    public static let password = "secret"

    public let server: RealServer
    /// The folder that is the user's `/`.
    public let files: String

    /// `ftp://127.0.0.1:20021`, without a slash at the end.
    public var url: String { "ftp://127.0.0.1:\(server.port)" }
    /// What clients have asked for, a line for each command.
    public var log: String { server.log }

    public init(_ listing: Listing) async throws {
        let folder = TemporaryFolder()
        files = folder("files")
        try FileManager.default.createDirectory(atPath: files, withIntermediateDirectories: true)
        let (own, user, password) = (files, Self.user, Self.password)
        server = try await RealServer.start(Self.program, folder: folder, greeting: "220") { place in
            try writeFile(Array(Self.script(listing).utf8), place("server.py"))
            return ["-u", place("server.py"), "\(place.port)", own, user, password]
        }
    }

    private static func script(_ listing: Listing) -> String {
        let dos = """
            class Files(AbstractedFS):
                def format_list(self, basedir, listing, ignore_err=True):
                    for name in listing:
                        state = stat(path.join(basedir, name))
                        when = strftime("%m-%d-%y  %I:%M%p", localtime(state.st_mtime))
                        size = "%-14s" % "<DIR>" if path.isdir(path.join(basedir, name)) else "%14d" % state.st_size
                        yield ("%s  %s %s\\r\\n" % (when, size, name)).encode("utf8")

            Handler.abstracted_fs = Files
            Handler.proto_cmds = {k: v for k, v in Handler.proto_cmds.items() if k not in ("MLSD", "MLST")}

            """
        return """
            from logging import DEBUG, basicConfig
            from os import path, stat
            from sys import argv
            from time import localtime, strftime
            from pyftpdlib.authorizers import DummyAuthorizer
            from pyftpdlib.filesystems import AbstractedFS
            from pyftpdlib.handlers import FTPHandler
            from pyftpdlib.servers import FTPServer

            port, folder, user, password = argv[1:]
            basicConfig(level=DEBUG)

            class Handler(FTPHandler):
                authorizer = DummyAuthorizer()

            Handler.authorizer.add_user(user, password, folder, perm="elradfmwMT")
            \(listing == .dos ? dos : "")
            FTPServer(("127.0.0.1", int(port)), Handler).serve_forever()

            """
    }
}
