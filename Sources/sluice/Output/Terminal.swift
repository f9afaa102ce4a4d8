import Foundation

/// Where messages go: results to standard output, everything else to standard error.
enum Terminal {
    static let isInteractive = isatty(STDOUT_FILENO) == 1

    static func error(_ text: String) {
        FileHandle.standardError.write(Data((text + "\n").utf8))
    }

    /// What was printed is seen now, also where the output is a file or a pipe.
    static func flush() { fflush(nil) }

    /// Emphasis on a terminal, the plain text elsewhere.
    static func bold(_ text: String) -> String {
        isInteractive ? "\u{1B}[1m\(text)\u{1B}[0m" : text
    }
}
