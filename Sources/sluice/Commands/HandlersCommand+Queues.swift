import ArgumentParser
import Foundation
import SluiceConfig
import SluiceInternal
import SluiceSDK
import SluiceStore

extension HandlersCommand {
    struct Pause: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Nothing more goes to a handler until it is resumed; its queue is kept.")

        @OptionGroup var options: SharedOptions
        @Argument(help: "The handler's id.") var handler: String
        @Option(help: "Who decides; it is recorded.") var by = NSUserName()

        func run() async throws {
            try await QueueAccess(options).order(HandlersControl.pause, ["handler": handler, "by": by]) {
                try await $0.pause(handler, by: by)
            }
            print("paused \(handler)")
        }
    }

    struct Resume: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "A paused handler gets its queue again.")

        @OptionGroup var options: SharedOptions
        @Argument(help: "The handler's id.") var handler: String

        func run() async throws {
            try await QueueAccess(options).order(HandlersControl.resume, ["handler": handler]) {
                try await $0.resume(handler)
            }
            print("resumed \(handler)")
        }
    }

    struct Redrive: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Tries what waits for its next attempt now; a lease that is out expires.")

        @OptionGroup var options: SharedOptions
        @Argument(help: "The handler's id.") var handler: String
        @Option(help: "This batch alone; 'sluice tickets trace' names batches.") var batch: String?

        func run() async throws {
            var fields = ["handler": handler]
            fields["batch"] = batch
            let access = try QueueAccess(options)
            let count: Int
            if let answer = try await access.call(HandlersControl.redrive, fields) {
                count = answer["batches"]?.integer ?? 0
            } else {
                count = try await access.onFiles { try await $0.redrive(handler, batch: batch) }
            }
            print("\(count) \(count == 1 ? "batch is" : "batches are") due now")
        }
    }
}

/// Changes queues through the running internal zone, or on its files when it does not run.
struct QueueAccess {
    private let workspace: Workspace

    init(_ options: SharedOptions) throws {
        workspace = try Workspace(options, references: .standIn)
    }

    func order(
        _ action: String, _ fields: [String: String], otherwise: (QueueControl) async throws -> Void
    ) async throws {
        if try await call(action, fields) == nil { try await onFiles(otherwise) }
    }

    /// nil when the zone does not run here.
    func call(_ action: String, _ fields: [String: String]) async throws -> JSONElement? {
        try await workspace.call(.internal, action, fields)
    }

    func onFiles<Value>(_ body: (QueueControl) async throws -> Value) async throws -> Value {
        guard let store = try StoreAccess.internalZone(workspace) else {
            throw CommandFailure("the internal zone has no store yet")
        }
        let lock = try ZoneLock(folder: workspace.dataFolder(of: .internal))
        let value = try await body(QueueControl(store: store))
        withExtendedLifetime(lock) {}
        return value
    }
}
