/// Ticket fields, a bit each: looking one up and putting two sets together costs an instruction. Its sequence is the order
/// of the document.
public struct IntakeFieldSet: Sendable, Hashable, ExpressibleByArrayLiteral {
    private var bits: UInt64 = 0

    public init() {}
    public init(arrayLiteral fields: IntakeField...) { self.init(fields) }

    public init(_ fields: some Sequence<IntakeField>) {
        bits = fields.reduce(0) { $0 | Self.bit($1) }
    }

    /// Names that are no field's are passed over.
    init(named names: [String]) {
        self.init(names.lazy.compactMap(IntakeField.init(name:)))
    }

    public static let all = IntakeFieldSet(IntakeField.allCases)
    /// What the canonical ticket marks as naming a person.
    public static let personal = IntakeFieldSet(IntakeField.allCases.filter(\.definition.isPersonal))

    public var isEmpty: Bool { bits == 0 }
    public var count: Int { bits.nonzeroBitCount }
    /// The one that stands first in the document.
    public var first: IntakeField? { isEmpty ? nil : IntakeField.allCases[bits.trailingZeroBitCount] }

    public func contains(_ field: IntakeField) -> Bool { bits & Self.bit(field) != 0 }
    public mutating func insert(_ field: IntakeField) { bits |= Self.bit(field) }
    public mutating func remove(_ field: IntakeField) { bits &= ~Self.bit(field) }

    public func union(_ other: Self) -> Self { Self(bits: bits | other.bits) }
    public func intersection(_ other: Self) -> Self { Self(bits: bits & other.bits) }
    public func subtracting(_ other: Self) -> Self { Self(bits: bits & ~other.bits) }

    /// How many of the set stand before `field` in the document.
    func rank(of field: IntakeField) -> Int { (bits & (Self.bit(field) &- 1)).nonzeroBitCount }

    private init(bits: UInt64) { self.bits = bits }

    /// There are fewer fields than bits; a test holds it so.
    private static func bit(_ field: IntakeField) -> UInt64 { 1 &<< UInt64(field.rawValue) }
}

extension IntakeFieldSet: Sequence {
    public struct Iterator: IteratorProtocol {
        fileprivate var left: IntakeFieldSet

        public mutating func next() -> IntakeField? {
            guard let field = left.first else { return nil }
            left.remove(field)
            return field
        }
    }

    public var underestimatedCount: Int { count }
    public func makeIterator() -> Iterator { Iterator(left: self) }
}
