/// An interoperable regular expression (RFC 9485), run by PCRE2 within the limits of `Pattern`.
struct IRegexp: Sendable {
    enum Extent: Sendable, Equatable {
        /// The text from its beginning to its end.
        case whole
        /// Any part of the text.
        case part
    }

    let pattern: Pattern

    /// - Throws: `SelectorError` with code `regexp.syntax` for what is no I-Regexp, whatever other dialects say of it.
    init(_ text: String, _ extent: Extent) throws(SelectorError) {
        var translation = IRegexpTranslation(text)
        let translated = try translation.run()
        do throws(Pattern.SyntaxError) {
            pattern = try Pattern(extent == .whole ? "\\A(?:\(translated))\\z" : translated)
        } catch {
            // What the grammar lets pass: a range that runs backwards, a repetition that is too large.
            throw SelectorError("regexp.syntax", error.reason)
        }
    }
}
