public import SluiceSDK

/// A program's standard error: each line goes to the log with the level that it begins with, and no more of them than a
/// log can bear.
public struct ErrorLines: Sendable {
    /// In one window of time.
    private static let mostInWindow = 100
    private static let window: Duration = .seconds(10)
    private static let mostBytes = 2_000

    private var lines = LineBuffer(most: Self.mostBytes)
    private var windowEnd: ContinuousClock.Instant?
    private var count = 0
    private var dropped = 0
    /// The last line, for an error that follows.
    public private(set) var last = ""

    public init() {}

    /// - Parameter log: gets level and line.
    public mutating func add(_ bytes: [UInt8], now: ContinuousClock.Instant, log: (PluginLogLevel, String) -> Void) {
        lines.add(bytes)
        while let line = lines.next() {
            switch line {
            case .whole(let bytes): say(bytes, now, log)
            case .tooLong(let bytes): say(bytes + Array("…".utf8), now, log)
            }
        }
    }

    public mutating func finish(now: ContinuousClock.Instant, log: (PluginLogLevel, String) -> Void) {
        let rest = lines.rest()
        if !rest.isEmpty { say(rest, now, log) }
    }

    private mutating func say(_ bytes: [UInt8], _ now: ContinuousClock.Instant, _ log: (PluginLogLevel, String) -> Void)
    {
        let (level, text) = Self.read(bytes)
        guard !text.isEmpty else { return }
        last = String(text.prefix(200))
        if windowEnd.map({ now >= $0 }) ?? true {
            if dropped > 0 { log(.warning, "\(dropped) more lines of the program were left out") }
            (windowEnd, count, dropped) = (now.advanced(by: Self.window), 0, 0)
        }
        count += 1
        if count > Self.mostInWindow { dropped += 1 } else { log(level, text) }
    }

    /// `ERROR: …`, `[warning] …`, `<4>…` as journald knows it; anything else is `info`.
    public static func read(_ bytes: [UInt8]) -> (PluginLogLevel, String) {
        var text = String(decoding: bytes, as: UTF8.self)[...]
        text.unicodeScalars.removeAll { $0.value < 0x20 || $0.value == 0x7F }
        if text.hasPrefix("<"), let end = text.firstIndex(of: ">"),
            let number = Int(text[text.index(after: text.startIndex)..<end])
        {
            let level: PluginLogLevel = number <= 3 ? .error : number == 4 ? .warning : number <= 6 ? .info : .debug
            return (level, String(text[text.index(after: end)...]))
        }
        let word = text.drop { $0 == "[" }.prefix { $0.isLetter }
        guard let level = levels[word.lowercased()] else { return (.info, String(text)) }
        let rest = text[word.endIndex...]
        guard let sign = rest.first, sign == ":" || sign == "]" else { return (.info, String(text)) }
        return (level, String(rest.dropFirst().drop { $0 == " " }))
    }

    private static let levels: [String: PluginLogLevel] = [
        "debug": .debug, "info": .info, "notice": .info, "warn": .warning, "warning": .warning, "error": .error,
        "critical": .error, "fatal": .error,
    ]
}
