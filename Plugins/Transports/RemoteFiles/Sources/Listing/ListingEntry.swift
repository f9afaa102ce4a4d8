/// One line of a listing.
struct ListingEntry: Sendable, Equatable {
    enum Kind: Sendable {
        case file, folder
        /// A link, a pipe, a device: left alone.
        case other
    }

    var kind: Kind
    /// Bytes, not yet known to be text, nor to be a name.
    var name: [UInt8]
    var size: Int
    var time: String
}

/// What a line of a listing is.
enum ListingLine: Sendable, Equatable {
    case entry(ListingEntry)
    /// `total 24`, an empty line.
    case nothing
    case unreadable
}
