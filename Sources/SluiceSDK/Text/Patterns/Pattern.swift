internal import CPCRE2

/// A regular expression (PCRE2) that foreign text cannot keep busy: matching has limits.
///
/// `@unchecked Sendable`: PCRE2 documents compiled code and a match context that is not changed as safe to share
/// between threads; what a match writes to is made for each match.
public final class Pattern: @unchecked Sendable {
    public enum Outcome: Equatable, Sendable {
        /// The first group, or everything when the pattern has none or its first took no part.
        case found(String)
        case none
        case overLimit
    }

    public struct SyntaxError: Error, Sendable {
        public var reason: String
        /// In bytes from 0.
        public var offset: Int
    }

    public let text: String
    private let code: OpaquePointer
    private let context: OpaquePointer

    /// PCRE2's match limit holds for one place in the text where a match may begin, and there are as many places as
    /// the text has characters: 60 KB took 9 s within the limit. This one is for the whole text, about 5 ms; ordinary
    /// patterns take under a thousand steps.
    static let stepLimit = 400_000
    /// Places to come back to, about 150 bytes each: a repeated group in 64 KB of text needs some 50,000.
    private static let depthLimit: UInt32 = 200_000
    private static let heapLimitKiB: UInt32 = 32 << 10

    public init(_ text: String) throws(SyntaxError) {
        var (number, offset) = (Int32(0), 0)
        let bytes = Array(text.utf8)
        // A pattern may not switch UTF off again, or look at single bytes. A callout before every item is what counts
        // the steps.
        let options = PCRE2_UTF | PCRE2_NEVER_BACKSLASH_C | PCRE2_AUTO_CALLOUT
        guard let code = pcre2_compile_8(bytes, bytes.count, options, &number, &offset, nil) else {
            throw SyntaxError(reason: Self.message(number), offset: offset)
        }
        guard let context = pcre2_match_context_create_8(nil) else {
            pcre2_code_free_8(code)
            throw SyntaxError(reason: "no memory", offset: 0)
        }
        pcre2_set_match_limit_8(context, UInt32(Self.stepLimit))
        pcre2_set_depth_limit_8(context, Self.depthLimit)
        pcre2_set_heap_limit_8(context, Self.heapLimitKiB)
        (self.text, self.code, self.context) = (text, code, context)
    }

    deinit {
        pcre2_match_context_free_8(context)
        pcre2_code_free_8(code)
    }

    public func firstMatch(in text: String) -> Outcome {
        guard let match = pcre2_match_data_create_8(2, nil) else { return .overLimit }
        defer { pcre2_match_data_free_8(match) }
        var text = text
        return text.withUTF8 { bytes in
            var steps = PatternSteps()
            let result = run(bytes, match, &steps)
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

    /// - Parameter text: valid UTF-8.
    /// - Returns: nil when a limit was exceeded; and how much work it was.
    func matches(_ text: UnsafeBufferPointer<UInt8>) -> (isMatch: Bool?, steps: Int) {
        guard let match = pcre2_match_data_create_8(1, nil) else { return (nil, 0) }
        defer { pcre2_match_data_free_8(match) }
        var steps = PatternSteps()
        let result = run(text, match, &steps)
        return (result == PCRE2_ERROR_NOMATCH ? false : result >= 0 ? true : nil, steps.count)
    }

    private func run(_ text: UnsafeBufferPointer<UInt8>, _ match: OpaquePointer, _ steps: inout PatternSteps) -> Int32 {
        guard let own = pcre2_match_context_copy_8(context) else { return PCRE2_ERROR_NOMEMORY }
        defer { pcre2_match_context_free_8(own) }
        return withUnsafeMutablePointer(to: &steps) { steps in
            pcre2_set_callout_8(own, Self.countStep, steps)
            // Swift's strings and simdjson's are valid UTF-8, so PCRE2 need not check again.
            return pcre2_match_8(code, text.baseAddress, text.count, 0, PCRE2_NO_UTF_CHECK, match, own)
        }
    }

    private static let countStep:
        @convention(c) (UnsafeMutablePointer<pcre2_callout_block_8>?, UnsafeMutableRawPointer?) -> Int32 = {
            block, steps in
            guard let block, let steps else { return 0 }
            return steps.assumingMemoryBound(to: PatternSteps.self).pointee
                .add(at: block.pointee.current_position) ? 0 : PCRE2_ERROR_CALLOUT
        }

    private static func message(_ number: Int32) -> String {
        var buffer = [UInt8](repeating: 0, count: 256)
        let count = pcre2_get_error_message_8(number, &buffer, buffer.count)
        return count > 0 ? String(decoding: buffer.prefix(Int(count)), as: UTF8.self) : "not a regular expression"
    }
}

/// The work of one match: items of the pattern tried, and text run over between them, which PCRE2 does in tight loops.
private struct PatternSteps {
    var count = 0
    private var position = 0

    /// False when it is too much.
    mutating func add(at position: Int) -> Bool {
        count += 1 + abs(position - self.position) / 8
        self.position = position
        return count <= Pattern.stepLimit
    }
}
