internal import SluiceSDK

/// What a selector of a form means: a field's name, or a word that begins with `@`.
enum FormSelector: Sendable, Equatable {
    case field(String)
    /// `@files`: every file; `@files photo`: those of one field.
    case files(of: String?)
    /// Of one file or one value, behind `each`.
    case own(Own)

    enum Own: String, Sendable, CaseIterable {
        case name = "@name"
        case type = "@type"
        case size = "@size"
        case sha256 = "@sha256"
        case field = "@field"
        /// The file's bytes, for `content` of an attachment.
        case content = "@content"
        /// The value that `each` found.
        case value = "@value"
    }

    init(_ text: String) throws(SelectorError) {
        guard let first = text.first else {
            throw SelectorError("form.selector", "the selector is empty; write a field's name")
        }
        if first == "'" || first == "\"" {
            guard text.count > 2, text.last == first else {
                throw SelectorError("form.selector", "the quote is not closed; write \(first)name\(first)")
            }
            self = .field(String(text.dropFirst().dropLast()))
        } else if first != "@" {
            self = .field(text)
        } else if text == "@files" {
            self = .files(of: nil)
        } else if text.hasPrefix("@files ") {
            self = .files(of: String(text.dropFirst("@files ".count)))
        } else if let own = Own(rawValue: text) {
            self = .own(own)
        } else {
            let known = ["@files"] + Own.allCases.map(\.rawValue)
            throw SelectorError(
                "form.selector",
                "'\(text)' means nothing; \(NearestName.hint(for: text, among: known)). A field whose name begins with @ "
                    + "stands in quotes")
        }
    }
}
