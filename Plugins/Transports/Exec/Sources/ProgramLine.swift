internal import SluiceSDK

/// A line of the program's standard output.
enum ProgramLine: Equatable {
    /// The record as JSON on one line.
    case record([UInt8])
    /// Any JSON; a text stands for itself.
    case checkpoint(String)
    case log(PluginLogLevel, String)
    case nothing
    /// Why it is none of these.
    case garbage(String)

    static func read(_ bytes: [UInt8], depth: Int) -> ProgramLine {
        guard bytes.contains(where: { $0 != 0x20 && $0 != 0x09 }) else { return .nothing }
        let root: JSONElement
        do throws(JSONFault) {
            root = try JSONDocument.parse(bytes, maxDepth: depth + 1).root
        } catch {
            return .garbage("it is no JSON: \(error.reason)")
        }
        guard root.kind == .object, root.count == 1 else {
            return .garbage("it is no object of one member: record, checkpoint or log")
        }
        if let record = root["record"] {
            return record.isDamaged
                ? .garbage("it holds bytes or escapes that are no text") : .record(record.minified())
        }
        if let checkpoint = root["checkpoint"] {
            return .checkpoint(checkpoint.string ?? String(decoding: checkpoint.minified(), as: UTF8.self))
        }
        if let log = root["log"] { return said(log) }
        return .garbage("it is none of record, checkpoint and log")
    }

    private static func said(_ said: JSONElement) -> ProgramLine {
        if let text = said.string { return .log(.info, clean(text)) }
        let level = said["level"]?.string.flatMap { PluginLogLevel(rawValue: $0) } ?? .info
        guard let text = said["message"]?.string else { return .garbage("its log has no message") }
        return .log(level, clean(text))
    }

    /// One line, whatever it holds.
    private static func clean(_ text: String) -> String {
        var text = text.prefix(2_000)
        text.unicodeScalars.removeAll { $0.value < 0x20 || $0.value == 0x7F }
        return String(text)
    }
}
