internal import CPCRE2

/// A regular expression (PCRE2) that foreign text cannot keep busy: matching has limits.
///
/// `@unchecked Sendable`: PCRE2 documents compiled code and a match context that is not changed as safe to share
/// between threads; what a match writes to is made for each match.
final class Pattern: @unchecked Sendable {
    enum Outcome: Equatable {
        /// The first group, or everything when the pattern has none or its first took no part.
        case found(String)
        case none
        case overLimit
    }

    struct SyntaxError: Error {
        var reason: String
        /// In bytes from 0.
        var offset: Int
    }

    let text: String
    private let code: OpaquePointer
    private let context: OpaquePointer

    /// About 10 ms of backtracking at worst; ordinary patterns take under a thousand steps.
    private static let matchLimit: UInt32 = 200_000
    private static let depthLimit: UInt32 = 2_000

    /// - Throws: `SyntaxError`.
    init(_ text: String) throws {
        var (number, offset) = (Int32(0), 0)
        let bytes = Array(text.utf8)
        // A pattern may not switch UTF off again, or look at single bytes.
        let options = PCRE2_UTF | PCRE2_NEVER_BACKSLASH_C
        guard let code = pcre2_compile_8(bytes, bytes.count, options, &number, &offset, nil) else {
            throw SyntaxError(reason: Self.message(number), offset: offset)
        }
        guard let context = pcre2_match_context_create_8(nil) else {
            pcre2_code_free_8(code)
            throw SyntaxError(reason: "no memory", offset: 0)
        }
        pcre2_set_match_limit_8(context, Self.matchLimit)
        pcre2_set_depth_limit_8(context, Self.depthLimit)
        (self.text, self.code, self.context) = (text, code, context)
    }

    deinit {
        pcre2_match_context_free_8(context)
        pcre2_code_free_8(code)
    }

    func firstMatch(in text: String) -> Outcome {
        guard let match = pcre2_match_data_create_8(2, nil) else { return .overLimit }
        defer { pcre2_match_data_free_8(match) }
        var text = text
        return text.withUTF8 { bytes in
            // Swift's strings are valid UTF-8, so PCRE2 need not check again.
            let result = pcre2_match_8(code, bytes.baseAddress, bytes.count, 0, PCRE2_NO_UTF_CHECK, match, context)
            if result == PCRE2_ERROR_NOMATCH { return .none }
            guard result >= 0, let offsets = pcre2_get_ovector_pointer_8(match) else { return .overLimit }
            // Swift reads PCRE2_UNSET, which is the largest size, as -1.
            let hasGroup = (result == 0 || result > 1) && offsets[2] >= 0
            let (start, end) = hasGroup ? (offsets[2], offsets[3]) : (offsets[0], offsets[1])
            // `\K` may put a match's start behind its end.
            let range = min(start, end)..<end
            return .found(String(decoding: bytes[range], as: UTF8.self))
        }
    }

    private static func message(_ number: Int32) -> String {
        var buffer = [UInt8](repeating: 0, count: 256)
        let count = pcre2_get_error_message_8(number, &buffer, buffer.count)
        return count > 0 ? String(decoding: buffer.prefix(Int(count)), as: UTF8.self) : "not a regular expression"
    }
}
