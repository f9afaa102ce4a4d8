/// What the citizen and the channel said, and what the external gateway stamped on it.
///
/// Values stand in document order beside the set of their fields: a ticket that says twenty things is twenty values large,
/// and one table of fields serves writing, strict reading, the JSON Schema and masking.
public struct IntakeTicket: Sendable, Equatable {
    /// The schema this code writes; a reader takes this one and the one before.
    public static let schemaVersion = "1"

    /// Fields that are set.
    public private(set) var fields = IntakeFieldSet()
    /// A value for each of `fields`, in their order.
    private var values: [FieldValue] = []

    public init() {
        values.reserveCapacity(24)
    }

    public subscript(field: IntakeField) -> FieldValue? {
        get { fields.contains(field) ? values[fields.rank(of: field)] : nil }
        set {
            let place = fields.rank(of: field)
            switch (newValue, fields.contains(field)) {
            case (let value?, true): values[place] = value
            case (let value?, false):
                fields.insert(field)
                values.insert(value, at: place)
            case (nil, true):
                fields.remove(field)
                values.remove(at: place)
            case (nil, false): break
            }
        }
    }

    /// What is set, in document order.
    public var entries: Zip2Sequence<IntakeFieldSet, [FieldValue]> { zip(fields, values) }

    /// The value of a field that holds text, a code, a choice or a time.
    public func text(_ field: IntakeField) -> String? {
        if case .string(let text)? = self[field] { return text }
        return nil
    }

    public func strings(_ field: IntakeField) -> [String] {
        if case .strings(let items)? = self[field] { return items }
        return []
    }

    public func integer(_ field: IntakeField) -> Int? {
        if case .integer(let number)? = self[field] { return number }
        return nil
    }

    public func flag(_ field: IntakeField) -> Bool? {
        if case .boolean(let flag)? = self[field] { return flag }
        return nil
    }

    public var ticketID: String { text(.ticketID) ?? "" }
    public var channelID: String { text(.channelID) ?? "" }
    public var externalID: String { text(.externalID) ?? "" }
    public var revision: Int { integer(.revision) ?? 0 }
}

/// A value of a ticket field.
public enum FieldValue: Sendable, Equatable {
    case string(String)
    case integer(Int)
    case number(Double)
    case boolean(Bool)
    case strings([String])
    case attributes([TicketAttribute])
    case attachments([TicketAttachment])
    /// Beside: it is five times as large as any other, and every value would take its room.
    indirect case rawLineage(RawLineage)
}

/// An extension of the source's own, `attribute[code]` in Open311.
public struct TicketAttribute: Sendable, Equatable {
    public var code: String
    public var value: String

    public init(code: String, value: String) {
        self.code = code
        self.value = value
    }
}

/// What is known of an attachment. Size and digest are known once its bytes have been fetched.
public struct TicketAttachment: Sendable, Equatable {
    public var name: String
    public var mediaType: String?
    public var size: Int?
    public var sha256: String?
    public var mediaURL: String?

    public init(
        name: String, mediaType: String? = nil, size: Int? = nil, sha256: String? = nil, mediaURL: String? = nil
    ) {
        self.name = name
        self.mediaType = mediaType
        self.size = size
        self.sha256 = sha256
        self.mediaURL = mediaURL
    }
}

/// Where the ticket came from: the raw message it was cut out of.
public struct RawLineage: Sendable, Equatable {
    /// Of the whole raw message; hexadecimal.
    public var sha256: String
    public var bytes: Int
    public var contentType: String?
    public var charset: String?
    /// RFC 3339.
    public var storedAt: String
    /// Fields from which control or bidirectional characters were stripped.
    public var stripped: [String]

    public init(
        sha256: String, bytes: Int, contentType: String? = nil, charset: String? = nil, storedAt: String,
        stripped: [String] = []
    ) {
        self.sha256 = sha256
        self.bytes = bytes
        self.contentType = contentType
        self.charset = charset
        self.storedAt = storedAt
        self.stripped = stripped
    }
}
