import Foundation

/// A person's own editor on a private copy of some bytes.
enum Editor {
    static func edit(_ bytes: [UInt8], name: String) throws -> [UInt8] {
        guard let editor = ProcessInfo.processInfo.environment["EDITOR"], !editor.isEmpty, isatty(STDIN_FILENO) == 1
        else {
            throw CommandFailure("there is no editor to open: set EDITOR, or name the edited copy with --file")
        }
        // 0700 and 0600: the copy holds personal data, and it is gone when the editor is.
        let folder = FileManager.default.temporaryDirectory.path + "/sluice-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = folder + "/" + name
        guard
            FileManager.default.createFile(atPath: path, contents: Data(bytes), attributes: [.posixPermissions: 0o600])
        else { throw CommandFailure("cannot write \(path)") }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        // `EDITOR` may hold options; the path is an argument of its own.
        process.arguments = ["-c", "exec \(editor) \"$1\"", "sh", path]
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0, let data = FileManager.default.contents(atPath: path) else {
            throw CommandFailure("the editor ended with status \(process.terminationStatus); nothing was kept")
        }
        return [UInt8](data)
    }
}
