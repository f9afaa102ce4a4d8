/// A number as JSON has it. Whole numbers keep every digit, so that two long order numbers which are one as doubles stay
/// two.
enum FilterNumber: Sendable, Equatable {
    case whole(Int64)
    /// Above the largest `Int64` only.
    case large(UInt64)
    case double(Double)

    /// - Parameter spelling: one that follows JSON's grammar.
    init(_ spelling: String) {
        if let number = Int64(spelling) {
            self = .whole(number)
        } else if let number = UInt64(spelling) {
            self = .large(number)
        } else {
            // Not nil for what follows the grammar: what is out of range becomes infinite or 0.
            self = .double(Double(spelling) ?? .nan)
        }
    }

    static func == (left: FilterNumber, right: FilterNumber) -> Bool { left.order(to: right) == 0 }
    static func < (left: FilterNumber, right: FilterNumber) -> Bool { left.order(to: right) < 0 }

    /// Negative when this is the smaller one; exact, whatever the kinds.
    private func order(to other: FilterNumber) -> Int {
        switch (self, other) {
        case (.whole(let left), .whole(let right)): Self.order(left, right)
        case (.large(let left), .large(let right)): Self.order(left, right)
        case (.double(let left), .double(let right)): Self.order(left, right)
        case (.whole, .large): -1
        case (.large, .whole): 1
        case (.whole(let whole), .double(let double)): Self.order(whole, to: double)
        case (.large(let whole), .double(let double)): Self.order(whole, to: double)
        case (.double, _): -other.order(to: self)
        }
    }

    private static func order<Number: Comparable>(_ left: Number, _ right: Number) -> Int {
        left < right ? -1 : left == right ? 0 : 1
    }

    private static func order<Whole: FixedWidthInteger>(_ whole: Whole, to double: Double) -> Int {
        let floor = double.rounded(.down)
        guard let limit = Whole(exactly: floor) else { return double > 0 ? -1 : 1 }
        return whole == limit ? (floor < double ? -1 : 0) : order(whole, limit)
    }
}

extension JSONDocument {
    func number(_ index: Int) -> FilterNumber? {
        switch tag(index) {
        case JSONTag.integer: return .whole(Int64(bitPattern: tape[index + 1]))
        case JSONTag.unsigned:
            let number = tape[index + 1]
            return Int64(exactly: number).map { .whole($0) } ?? .large(number)
        case JSONTag.double: return .double(Double(bitPattern: tape[index + 1]))
        default: return nil
        }
    }
}
