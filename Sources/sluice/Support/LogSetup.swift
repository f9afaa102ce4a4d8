import ArgumentParser
import Foundation
import Logging

/// Log lines for people and for collectors: time, level, message, then `key=value`.
struct LineLogHandler: LogHandler {
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level
    let label: String

    func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { $1 }
        let pairs = all.sorted { $0.key < $1.key }.map { " \($0.key)=\(quoted("\($0.value)"))" }.joined()
        Terminal.error("\(Timestamps.now()) \(event.level) \(label): \(event.message)\(pairs)")
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// One event is one line, whatever a value holds.
    private func quoted(_ value: String) -> String {
        let isPlain = value.allSatisfy { !$0.isWhitespace && $0 != "\"" } && !value.isEmpty
        if isPlain { return value }
        return "\"" + value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
            + "\""
    }
}

extension Logger {
    static func zone(_ name: String, level: Logger.Level = .info) -> Logger {
        Logger(label: name) { LineLogHandler(logLevel: level, label: $0) }
    }
}

enum LogLevel {
    static func parse(_ text: String) throws -> Logger.Level {
        guard let level = Logger.Level(rawValue: text) else {
            throw ValidationError("'\(text)' is not a level; write trace, debug, info, notice, warning or error")
        }
        return level
    }
}
