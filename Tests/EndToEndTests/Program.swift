import Foundation
import SluiceTesting

/// The built program, run as a user runs it.
enum Program {
    struct Result: Sendable {
        var status: Int32
        var output: String
        var errors: String
    }

    /// The tests and the program are built into one folder.
    static let path: String = {
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        let candidates = [own, CommandLine.arguments.first ?? ""] + Bundle.allBundles.map(\.bundlePath)
        for candidate in candidates {
            let folder = (candidate as NSString).deletingLastPathComponent
            if FileManager.default.isExecutableFile(atPath: folder + "/sluice") { return folder + "/sluice" }
        }
        return FileManager.default.currentDirectoryPath + "/.build/debug/sluice"
    }()

    /// Runs to the end.
    static func run(_ arguments: [String], environment: [String: String] = [:]) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            // Reading a pipe to its end blocks: not on a cooperative thread.
            Thread.detachNewThread {
                continuation.resume(with: Swift.Result { try runBlocking(arguments, environment: environment) })
            }
        }
    }

    private static func runBlocking(_ arguments: [String], environment: [String: String]) throws -> Result {
        let folder = TemporaryFolder()
        let child = try start(arguments, environment: environment, output: folder("out"), errors: folder("err"))
        let end = child.wait()
        let text = { (name: String) in
            String(decoding: FileManager.default.contents(atPath: folder(name)) ?? Data(), as: UTF8.self)
        }
        guard case .exited(let status) = end else { return Result(status: -1, output: text("out"), errors: "\(end)") }
        return Result(status: status, output: text("out"), errors: text("err"))
    }

    static func start(
        _ arguments: [String], environment: [String: String], output: String, errors: String? = nil
    ) throws -> ChildProcess {
        let all = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        return try ChildProcess(path, arguments, environment: all, output: output, errors: errors)
    }
}
